export { POOL_ERROR_CODES, PoolError, type PoolErrorCode } from './errors.js';
export { type Lease, type Pool, type PoolEntryStats, type PoolOptions, type PoolStats, createPool } from './pool.js';
