export { LOGGING_ERROR_CODES, LoggingError, type LoggingErrorCode } from './errors.js';
export { LOG_LEVELS, type LogLevel, levelRank, parseLevel } from './level.js';
export { type Logger, type LoggerOptions, createLogger } from './logger.js';
export { type LogFields, type LogFormat, type LogRecord, renderRecord } from './record.js';
export { REDACTED, isSecretName, redactText } from './redact.js';
export { type AnsweredRequest, requestFields } from './request-fields.js';
