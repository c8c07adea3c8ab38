'use strict';

const path = require('node:path');

const source = (...parts) => path.join(__dirname, ...parts);

/**
 * The jest project of one package. TypeScript is compiled to CommonJS by swc, a relative "./x.js" is the "./x.ts" beside it,
 * and @govc/* are taken from their sources, so that no test needs a build.
 *
 * @param {string} folder absolute path of the package
 */
module.exports = (folder) => ({
  rootDir: folder,
  displayName: path.basename(folder),
  roots: ['<rootDir>'],
  testEnvironment: 'node',
  setupFiles: [source('jest.setup.cjs')],
  // Comparisons with git start many processes, and CI counts lines while they run; nothing here measures time.
  testTimeout: 60_000,
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': [
      require.resolve('@swc/jest'),
      {
        swcrc: false,
        sourceMaps: 'inline',
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@govc/core$': source('packages/core/src/entry/index.ts'),
    '^@govc/core/(.*)$': source('packages/core/src/entry/$1.ts'),
    '^@govc/(auth|client|pool|metrics|logging|containers)$': source('packages/$1/src/index.ts'),
    '^@govc/(server|cli)$': source('apps/$1/src/index.ts'),
  },
  collectCoverageFrom: ['<rootDir>/src/**/*.ts', '!**/*.test.ts'],
});
