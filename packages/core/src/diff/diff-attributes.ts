import type { Config } from '../config/config.js';
import type { AttributeRules } from '../pattern/attributes.js';
import type { AttributeValue } from '../pattern/parse-attributes.js';
import { compileTextPattern, type TextPattern } from '../pattern/text-pattern.js';
import type { DiffDriver } from './diff-source.js';
import { driverFunctionPattern, driverWordPattern, findBuiltInDriver } from './diff-drivers.js';
import { compileFunctionPattern, type FunctionPattern } from './function-pattern.js';
import { parseWhitespaceRule, whitespaceRuleFor, type WhitespaceRule } from './whitespace-rule.js';

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
  const findWords = wordsFinder(name, config);
  if (isBinary === undefined && functionPattern === undefined && findWords === undefined) return undefined;
  let words: TextPattern | undefined;
  return {
    isBinary, functionPattern,
    get words() {
      return (words ??= findWords?.());
    },
  };
}

/** Compiles the expression for words when it is asked for: few comparisons need one. */
function wordsFinder(name: string, config: Config): (() => TextPattern) | undefined {
  const configured = config.get(`diff.${name}.wordRegex`);
  if (configured !== undefined) return () => compileTextPattern(configured, { syntax: 'extended' });
  const builtIn = findBuiltInDriver(name);
  return builtIn === undefined ? undefined : () => driverWordPattern(builtIn);
}

/** What `git diff --check` looks for in a file. */
export interface CheckRule {
  readonly whitespace: WhitespaceRule;
  /** Characters of a conflict marker. */
  readonly markerSize: number;
}

/**
 * What is checked in a file by its attributes `whitespace` and `conflict-marker-size` and by `core.whitespace`.
 *
 * @returns gives the rule of a path; it throws config-invalid for a rule that contradicts itself
 */
export function makeCheckRule(attributes: AttributeRules, config: Config): (path: string) => CheckRule {
  const configured = parseWhitespaceRule(config.get('core.whitespace') ?? '');
  return (path) => {
    const [whitespace, size] = attributes.check(path, ['whitespace', 'conflict-marker-size']);
    const markerSize = typeof size === 'string' ? Number.parseInt(size, 10) : Number.NaN;
    return { whitespace: whitespaceRuleFor(whitespace, configured), markerSize: markerSize > 0 ? markerSize : MARKER_SIZE };
  };
}

const MARKER_SIZE = 7;

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
