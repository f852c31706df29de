# Included by CMake right after llama.cpp's own project() call: leaves out the library of its command-line tools, which
# the Python package insists on building and never loads. It is half of the compile time.
set(LLAMA_BUILD_COMMON OFF CACHE BOOL "" FORCE)
