#pragma once

namespace ri::base {

/// Lets the calling thread, and the threads it starts from now on, run on the time that others
/// leave: for work that nobody waits for beside work that somebody does. On an idle machine it is
/// as fast as before; beside busy threads it keeps a tenth of one thread's share. Cannot be taken
/// back. Does nothing where the system has no priorities of threads.
void LowerThreadPriority();

/// Whether the calling thread runs on what others leave. Somebody whom a person waits for must not
/// wait for what such a thread holds.
[[nodiscard]] bool HasLowPriority();

}  // namespace ri::base
