#pragma once

/// Parallel loops whose results do not depend on the number of threads: work is cut into blocks
/// by index, every block writes only its own outputs, and the caller reduces in block order.

#include <cstddef>
#include <functional>

namespace ri::base {

/// Number of threads to use when the caller did not say: the cores of the machine, at least 1.
[[nodiscard]] int DefaultThreadCount();

/// Calls `body(begin, end)` for consecutive blocks of [0, count), on up to `num_threads` threads
/// including the caller's. Blocks have `block_size` items except the last, whatever the number of
/// threads. Returns when all are done. `body` must not throw and must not start another loop on
/// the same data.
void ParallelFor(std::size_t count, std::size_t block_size, int num_threads,
                 const std::function<void(std::size_t begin, std::size_t end)>& body);

}  // namespace ri::base
