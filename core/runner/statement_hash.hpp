// What a revision did, as one number: the same for the same statements, whatever their comments and layout.
#pragma once

#include "dialect/dialect.hpp"

#include <boost/uuid/detail/sha1.hpp>

#include <string>
#include <string_view>

namespace orch::runner {

/// SHA-1 over statements in their normal form, each with its parameters.
class StatementHash {
  public:
    void add(const dialect::Statement& statement, const dialect::Compiler& compiler);
    /// 40 hexadecimal digits; "" when nothing was added. Ends the hash.
    std::string hex();

  private:
    void add(std::string_view text);

    boost::uuids::detail::sha1 sha1_;
    bool any_ = false;
};

/// SQL without comments, each run of white space one blank, without blanks and semicolons at its ends. What
/// stands in quotes stays.
std::string normal_sql(std::string_view sql);

} // namespace orch::runner
