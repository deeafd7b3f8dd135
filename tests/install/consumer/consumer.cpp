// A project that uses liborch: reads a URL, prints it without its password, and catches an Error across the library's edge.
#include <base/error.hpp>
#include <base/url.hpp>

#include <iostream>

int main() {
    const orch::Url url = orch::parse_url("postgresql+psycopg2://shop:secret@db.example/orders");
    std::cout << orch::masked(url) << '\n';
    if (url.database != "orders" || orch::masked(url).find("secret") != std::string::npos) return 1;
    try {
        orch::parse_url("no url at all");
    } catch (const orch::Error& error) {
        std::cout << orch::render(error) << '\n';
        return error.fault() == orch::Fault::config ? 0 : 1;
    }
    return 1;
}
