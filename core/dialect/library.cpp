#include "library.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace orch::dialect {

std::string distrust(const std::filesystem::path& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return {};
    const std::string what = S_ISDIR(status.st_mode) ? "folder" : "file";
    if ((status.st_mode & S_IWOTH) != 0)
        return fmt::format(
            "the {} '{}' may be written by everybody; take that right away with: chmod o-w '{}'", what,
            path.string(), path.string());
    if (status.st_uid != 0 && status.st_uid != geteuid())
        return fmt::format("the {} '{}' belongs to another user (uid {}); expected root or yourself (uid {})",
                           what, path.string(), status.st_uid, geteuid());
    return {};
}

namespace {

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
constexpr unsigned char native_order = ELFDATA2LSB;
#else
constexpr unsigned char native_order = ELFDATA2MSB;
#endif
constexpr unsigned char native_class = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
using Header = std::conditional_t<sizeof(void*) == 8, Elf64_Ehdr, Elf32_Ehdr>;
using Segment = std::conditional_t<sizeof(void*) == 8, Elf64_Phdr, Elf32_Phdr>;

bool within(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
    return offset <= size && length <= size - offset;
}

} // namespace

std::string not_a_library(const std::filesystem::path& file) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0) return std::strerror(errno);
    if (!S_ISREG(status.st_mode)) return "it is not a regular file";
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::strerror(errno);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    Header header{};
    if (!in.read(reinterpret_cast<char*>(&header), sizeof header) ||
        std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
        return "it is no shared library";
    if (header.e_ident[EI_CLASS] != native_class || header.e_ident[EI_DATA] != native_order ||
        header.e_type != ET_DYN)
        return "it is no shared library for this machine";
    if (header.e_phentsize != sizeof(Segment) ||
        !within(header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(Segment), size))
        return "the file is cut off or damaged";
    std::vector<Segment> segments(header.e_phnum);
    in.seekg(static_cast<std::streamoff>(header.e_phoff));
    in.read(reinterpret_cast<char*>(segments.data()),
            static_cast<std::streamsize>(segments.size() * sizeof(Segment)));
    for (const Segment& segment : segments)
        if (segment.p_type != PT_NULL && segment.p_filesz != 0 &&
            !within(segment.p_offset, segment.p_filesz, size))
            return "the file is cut off or damaged";
    return {};
}

} // namespace orch::dialect
