/** `@govc/server`: the server as a library, for the command line and for tests. */
export { createApp, type AppParts } from './app.js';
export { compose, type Composition, type Surroundings } from './compose.js';
export { loadConfig, type ServerConfig } from './config.js';
export type { ConfigSources, Environment } from './config-sources.js';
export { SERVER_ERROR_CODES, ServerError, type ServerErrorCode } from './errors.js';
export { PROBLEMS, type Problem } from './http/problems.js';
export { machineSurroundings, serve, type ServeOptions } from './main.js';
export { startServer, type RunningServer } from './server.js';
export { helpOf, SETTINGS, type Setting } from './settings.js';
export { VERSION } from './version.js';
