'use strict';

// For CI: every test, with the lines of the core that they ran. Instrumented by istanbul, which counts statements and not comments.
module.exports = {
  ...require('./jest.config.cjs'),
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'json-summary', 'lcovonly'],
  collectCoverageFrom: ['packages/core/src/**/*.ts', '!**/*.test.ts'],
  coverageThreshold: { './packages/core/src/': { lines: 90 } },
};
