# What ships: the same bytes from any folder, and protections that turn a memory error into a stop.
# packaging/check-reproducible builds twice, packaging/check-hardening looks into the program.

# Names of source files reach the program through assertions. They are written as they stand in the
# repository, whether the compiler was given an absolute path or one relative to the build folder.
file(RELATIVE_PATH ri_sources_from_build "${CMAKE_BINARY_DIR}" "${CMAKE_SOURCE_DIR}")
string(REGEX REPLACE "/+$" "" ri_sources_from_build "${ri_sources_from_build}")
target_compile_options(ri_flags INTERFACE
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=" "-ffile-prefix-map=${ri_sources_from_build}/=")

target_compile_options(ri_flags INTERFACE
  -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
  -fstack-protector-strong
  -fstack-clash-protection)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(ri_flags INTERFACE -fcf-protection=full)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64")
  target_compile_options(ri_flags INTERFACE -mbranch-protection=standard)
endif()
target_link_options(ri_flags INTERFACE -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
  -Wl,--build-id=sha1)
