import type { Config } from '../config/config.js';
import type { AttributeRules } from '../pattern/attributes.js';
import type { AttributeValue } from '../pattern/parse-attributes.js';
import type { DiffDriver } from './diff-source.js';
import { driverFunctionPattern, findBuiltInDriver } from './diff-drivers.js';
import { compileFunctionPattern, type FunctionPattern } from './function-pattern.js';

/**
 * How files are compared by their attribute `diff` (gitattributes(5), "Generating diff text"): `diff` makes them text,
 * `-diff` binary, and `diff=<driver>` is what Git has built in for a language, or `diff.<driver>.*` in the configuration.
 * Each driver is made once. Ask in the order of paths.
 *
 * @returns gives the driver of a path; it throws config-invalid and pattern-invalid for a driver that is misconfigured
 */
export function makeDriverRule(attributes: AttributeRules, config: Config): (path: string) => DiffDriver | undefined {
  const drivers = new Map<string, DiffDriver | undefined>();
  const named = (name: string): DiffDriver | undefined => {
    if (!drivers.has(name)) drivers.set(name, findDriver(name, config));
    return drivers.get(name);
  };
  return (path) => {
    const value: AttributeValue = attributes.check(path, ['diff'])[0];
    if (value === true) return TEXT;
    if (value === false) return BINARY;
    return (value === undefined ? undefined : named(value)) ?? named('default');
  };
}

const TEXT: DiffDriver = { isBinary: false, functionPattern: undefined };
const BINARY: DiffDriver = { isBinary: true, functionPattern: undefined };

function findDriver(name: string, config: Config): DiffDriver | undefined {
  const isBinary = isAutomatic(name, config) ? undefined : config.findBool(`diff.${name}.binary`);
  const functionPattern = findFunctionPattern(name, config);
  return isBinary === undefined && functionPattern === undefined ? undefined : { isBinary, functionPattern };
}

function isAutomatic(name: string, config: Config): boolean {
  return config.has(`diff.${name}.binary`) && config.find(`diff.${name}.binary`)?.value?.toLowerCase() === 'auto';
}

function findFunctionPattern(name: string, config: Config): FunctionPattern | undefined {
  const extended = config.get(`diff.${name}.xfuncname`);
  if (extended !== undefined) return compileFunctionPattern(extended);
  const basic = config.get(`diff.${name}.funcname`);
  if (basic !== undefined) return compileFunctionPattern(basic, { syntax: 'basic' });
  const builtIn = findBuiltInDriver(name);
  return builtIn === undefined ? undefined : driverFunctionPattern(builtIn);
}
