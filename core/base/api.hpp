// What crosses the edge of liborch. Everything is hidden unless it carries ORCH_API, so that a plugin, the
// command line and the tests see the doors of the rooms and nothing behind them.
#pragma once

#define ORCH_API __attribute__((visibility("default")))
