/** `@govc/core/testing`: suites and tools for testing what implements or attacks this package. */
export { backendSuite, type BackendMaker } from '../testing/backend-suite.js';
export type { Check } from '../testing/check.js';
export { FixedClock } from '../testing/clock.js';
export { FaultyBackend, type Fault } from '../testing/faulty-backend.js';
export { filesSuite } from '../testing/files-suite.js';
export { FUZZ_TARGETS, type FuzzTarget } from '../testing/fuzz-targets.js';
export { mutateBytes } from '../testing/mutate.js';
export { SeededRandom } from '../testing/random.js';
