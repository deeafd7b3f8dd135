// A database that writes down what a script does to it and answers what the test has laid out.
#pragma once

#include "script/printer.hpp"
#include "script/script.hpp"

#include <deque>
#include <set>
#include <string>
#include <vector>

namespace orch::test {

class Recorder : public script::Database {
  public:
    void apply(const ops::Operation& operation) override {
        lines.push_back(text_of(operation));
        origins.push_back(operation.origin);
    }
    sql::Result execute(const sql::Query& query, const Place& origin) override {
        lines.push_back("query " + text_of(query));
        origins.push_back(origin);
        if (answers.empty()) return {};
        auto answer = answers.front();
        answers.pop_front();
        return answer;
    }
    std::string dialect_name() const override { return dialect; }
    bool offline() const override { return is_offline; }
    bool has_table(std::string_view table, const std::optional<std::string>&, const Place&) override {
        return tables.contains(std::string(table));
    }
    std::vector<std::string> table_names(const std::optional<std::string>&, const Place&) override {
        return {tables.begin(), tables.end()};
    }
    schema::Catalog reflect(const std::optional<std::string>&, const std::vector<std::string>&,
                            const Place&) override {
        return catalog;
    }
    std::string server_version() override { return "3.40.1"; }
    void autocommit(bool on, const Place&) override {
        lines.emplace_back(on ? "autocommit on" : "autocommit off");
    }
    std::vector<std::string> dialect_names() const override {
        return names.empty() ? std::vector<std::string>{dialect} : names;
    }
    bool backslash_escapes() const override { return backslashes; }

    std::string text() const {
        std::string result;
        for (const auto& line : lines) result += line + "\n";
        return result;
    }

    std::string dialect = "sqlite";
    std::vector<std::string> names;
    bool is_offline = false, backslashes = false;
    std::set<std::string> tables;
    schema::Catalog catalog;
    std::deque<sql::Result> answers;
    std::vector<std::string> lines;
    std::vector<Place> origins;
};

} // namespace orch::test
