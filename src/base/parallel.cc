#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "base/assertion.h"

namespace ri::base {

int DefaultThreadCount() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void ParallelFor(std::size_t count, std::size_t block_size, int num_threads,
                 const std::function<void(std::size_t, std::size_t)>& body) {
  RI_ASSERT(block_size > 0);
  const std::size_t num_blocks = (count + block_size - 1) / block_size;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t block = next.fetch_add(1); block < num_blocks; block = next.fetch_add(1)) {
      const std::size_t begin = block * block_size;
      body(begin, std::min(count, begin + block_size));
    }
  };
  const std::size_t helpers =
      std::min(num_blocks, static_cast<std::size_t>(std::max(1, num_threads)));
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < helpers; ++i) {
    threads.emplace_back(work);
  }
  work();
}

}  // namespace ri::base
