/** How long what is waited for. */
import type { Backoff } from "./backoff";

/** For the answer to a command, over all that is sent again. */
export const COMMAND_TIMEOUT_MS = 15_000;
/** For what the server asks its database: a ticket, and a welcome. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** For the socket itself, for which it asks nobody. A node that stands still takes the connection, and nothing comes. */
export const OPEN_TIMEOUT_MS = 5000;
export const RECONNECT: Backoff = { baseMs: 500, capMs: 5000 };
