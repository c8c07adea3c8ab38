'use strict';

// In CI a run can be repeated: properties are tried with one seed. Everywhere else each run tries new cases.
if (process.env.CI !== undefined) require('fast-check').configureGlobal({ seed: 20_26 });
