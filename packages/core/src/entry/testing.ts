/** `@govc/core/testing`: suites and tools for testing what implements or attacks this package. */
export { FUZZ_TARGETS, type FuzzTarget } from '../testing/fuzz-targets.js';
export { mutateBytes, seededNumbers } from '../testing/mutate.js';
