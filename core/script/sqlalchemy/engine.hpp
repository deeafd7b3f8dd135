// Engines as an env.py makes them: create_engine() and its like connect to nothing, they say which URL is
// meant.
#pragma once

#include "script/session.hpp"

#include "base/url.hpp"

namespace orch::script {

/// create_engine, engine_from_config, create_async_engine, async_engine_from_config, make_url, URL, pool,
/// event ...
const Members& engine_members();
/// A URL object: its parts, str() and render_as_string().
lang::Value make_url_object(Url url);
/// The modules sqlalchemy.pool, sqlalchemy.ext.asyncio and sqlalchemy.event.
void add_engines(Session& session);

} // namespace orch::script
