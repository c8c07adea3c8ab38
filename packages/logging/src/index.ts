export { LOGGING_ERROR_CODES, LoggingError, type LoggingErrorCode } from './errors.js';
export { LOG_LEVELS, type LogLevel, levelRank, parseLevel } from './level.js';
export { type LogContext, createLogContext } from './log-context.js';
export { type Logger, type LoggerOptions, createLogger } from './logger.js';
export { type LogFields, type LogFormat, type LogRecord, renderRecord } from './record.js';
export { REDACTED, isSecretName, redactText } from './redact.js';
export type { RepeatLimit } from './repeats.js';
export { type AnsweredRequest, requestFields } from './request-fields.js';
