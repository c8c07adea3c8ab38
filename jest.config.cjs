'use strict';

module.exports = {
  // The same as in the preset, where it holds for runs of one package.
  testTimeout: 60_000,
  projects: ['<rootDir>/packages/*', '<rootDir>/apps/*', '<rootDir>/tools/*/jest.config.cjs'],
};
