# `cmake --install` lays the program out below a prefix; `cpack -G DEB` makes the Debian package.
# packaging/build-deb builds what belongs into it first: pages, man pages, bill of materials.
include(GNUInstallDirs)

# The program is built before it is packed, not everything that could be.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(ri_package_files "${CMAKE_BINARY_DIR}/package")
install(TARGETS revint RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES README.md SECURITY.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/revint)
install(FILES packaging/debian/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/revint)
install(FILES database/partition_events.sql DESTINATION ${CMAKE_INSTALL_DATADIR}/revint)
install(FILES packaging/debian/lintian-overrides
  DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME revint)
install(FILES packaging/systemd/revint.service packaging/systemd/revint-daily.service
  packaging/systemd/revint-daily.timer DESTINATION lib/systemd/system)
install(FILES packaging/revint.env DESTINATION /etc/revint)
# Pages, man pages and lists are made by other tools; a package without them serves the API.
install(DIRECTORY "${CMAKE_SOURCE_DIR}/web/dist/" DESTINATION ${CMAKE_INSTALL_DATADIR}/revint/web
  OPTIONAL PATTERN ".sources" EXCLUDE)
install(DIRECTORY "${ri_package_files}/man/" DESTINATION ${CMAKE_INSTALL_DATADIR}/man/man1 OPTIONAL)
install(DIRECTORY "${ri_package_files}/doc/" DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/revint
  OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME revint)
set(CPACK_PACKAGE_VENDOR "The Revenue Intelligence authors")
set(CPACK_PACKAGE_CONTACT "Revenue Intelligence maintainers <maintainers@revint.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "decision support for sales leadership from CRM exports")
set(CPACK_PACKAGE_DESCRIPTION
"Reads the exports of a CRM, reconstructs what was known about every deal at
any past moment, learns how deals end, and answers with numbers that can be
checked: which deals need attention this week, why, where the quarter will
land, and whether any of it can be believed.
.
One program with a command line, an HTTP API and web pages, on SQLite or
PostgreSQL. It makes no outbound connections but those it is told to.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR OFF)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, debconf (>= 0.5) | debconf-2.0")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, nginx")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(WRITE "${CMAKE_BINARY_DIR}/conffiles" "/etc/revint/revint.env\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${CMAKE_SOURCE_DIR}/packaging/debian/config"
  "${CMAKE_SOURCE_DIR}/packaging/debian/templates"
  "${CMAKE_SOURCE_DIR}/packaging/debian/postinst"
  "${CMAKE_SOURCE_DIR}/packaging/debian/prerm"
  "${CMAKE_SOURCE_DIR}/packaging/debian/postrm"
  "${CMAKE_BINARY_DIR}/conffiles")
include(CPack)
