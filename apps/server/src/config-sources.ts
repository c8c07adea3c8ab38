import { ServerError } from './errors.js';
import { parseConfigFile } from './config-file.js';
import { findNearMatch } from './near-match.js';
import { fileNamesOf, SETTING_NAMES, SETTINGS, type Setting, type SettingName } from './settings.js';

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings come from. */
export interface ConfigSources {
  /** Options of the command line, without the program and the command. */
  readonly flags: readonly string[];
  readonly env: Environment;
  /** The text of a file. Throws when there is none. */
  readonly readFile: (path: string) => string;
}

/** Where the text of a setting was found. */
export type SettingSource = 'option' | 'environment' | 'file' | 'default';

/** A setting as it was found. */
export interface FoundSetting {
  readonly name: SettingName;
  readonly source: SettingSource;
  /** As the source calls it, for messages. */
  readonly label: string;
  /** `undefined`: not set. */
  readonly text: string | undefined;
}

/** Everything that the sources say. */
export interface FoundSettings {
  /** In the order of the table. */
  readonly settings: readonly FoundSetting[];
  /** What is odd but no error, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * The texts of all settings: an option wins over the environment, which wins over the file that `--config` or `GOVC_CONFIG` names,
 * which wins over the default.
 *
 * @throws {ServerError} option-unknown, config-file-invalid, config-value-invalid
 */
export function findSettings({ flags, env, readFile }: ConfigSources): FoundSettings {
  const options = parseFlags(flags);
  const path = options.configPath ?? emptyAsMissing(env['GOVC_CONFIG']);
  const file = path === undefined ? new Map<string, string>() : readConfigFile(path, readFile);
  const warnings = unknownVariables(env);
  const secret = (from: (name: string) => string | undefined, { value, file: fileName }: { readonly value: string; readonly file: string }): string | undefined => {
    const text = from(value);
    const secretPath = from(fileName);
    if (secretPath === undefined) return text;
    if (text !== undefined) throw new ServerError('config-value-invalid', `${value} and ${fileName} exclude each other.`, { name: fileName });
    return readSecret(secretPath, fileName, readFile);
  };
  const fromEnv = (name: string): string | undefined => emptyAsMissing(env[name]);
  const fromFile = (key: string): string | undefined => file.get(key);
  const settings = SETTING_NAMES.map((name): FoundSetting => {
    const setting: Setting<unknown> = SETTINGS[name];
    const files = fileNamesOf(setting);
    const isSecret = setting.secret === true;
    const option = options.values.get(name);
    if (option !== undefined) return { name, source: 'option', label: setting.flag ?? name, text: option };
    const variable = isSecret ? secret(fromEnv, { value: setting.env, file: files.env }) : fromEnv(setting.env);
    if (variable !== undefined) return { name, source: 'environment', label: setting.env, text: variable };
    const key = isSecret ? secret(fromFile, { value: setting.key, file: files.key }) : fromFile(setting.key);
    if (key !== undefined) return { name, source: 'file', label: setting.key, text: key };
    return { name, source: 'default', label: setting.key, text: setting.fallback };
  });
  return { settings, warnings };
}

interface Options {
  readonly configPath: string | undefined;
  readonly values: ReadonlyMap<SettingName, string>;
}

function parseFlags(args: readonly string[]): Options {
  const byFlag = new Map<string, SettingName>();
  for (const name of SETTING_NAMES) {
    const { flag }: Setting<unknown> = SETTINGS[name];
    if (flag !== undefined) byFlag.set(flag, name);
  }
  const values = new Map<SettingName, string>();
  let configPath: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
    const flag = equals < 0 ? arg : arg.slice(0, equals);
    const name = byFlag.get(flag);
    if (name === undefined && flag !== '--config') {
      const near = findNearMatch(flag, [...byFlag.keys(), '--config', '--print-config']);
      const hint = near === undefined ? '' : `; did you mean "${near}"?`;
      throw new ServerError('option-unknown', `unknown option "${flag.slice(0, 60)}"${hint}`, { option: flag, ...(near === undefined ? {} : { near }) });
    }
    const setting: Setting<unknown> | undefined = name === undefined ? undefined : SETTINGS[name];
    const isSwitch = setting !== undefined && setting.takes === undefined;
    const value = equals >= 0 ? arg.slice(equals + 1) : isSwitch ? 'true' : args[++index];
    if (value === undefined) throw new ServerError('option-unknown', `the option "${flag}" lacks its value`, { option: flag });
    if (name === undefined) configPath = value;
    else values.set(name, value);
  }
  return { configPath, values };
}

function readConfigFile(path: string, readFile: ConfigSources['readFile']): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    throw new ServerError('config-file-invalid', `The configuration file ${path} cannot be read: ${(error as Error).message}`, { path }, { cause: error });
  }
  return parseConfigFile(text, path);
}

/** The content of a file with a secret, without the line end that editors add. */
function readSecret(path: string, name: string, readFile: ConfigSources['readFile']): string {
  try {
    return readFile(path).replace(/\r?\n$/, '');
  } catch (error) {
    throw new ServerError('config-value-invalid', `${name}: the file ${path} cannot be read: ${(error as Error).message}`, { name, path }, { cause: error });
  }
}

/**
 * A mistyped name would otherwise be a setting that silently does nothing. What is one slip away from a setting is refused; others
 * may belong to another program, such as the variables that Kubernetes makes for a service called govc, and are warned about.
 */
function unknownVariables(env: Environment): string[] {
  const known = new Set<string>(['GOVC_CONFIG']);
  for (const name of SETTING_NAMES) {
    const setting: Setting<unknown> = SETTINGS[name];
    known.add(setting.env);
    if (setting.secret === true) known.add(fileNamesOf(setting).env);
  }
  const unknown = Object.keys(env).filter((name) => name.startsWith('GOVC_') && !known.has(name)).sort();
  for (const name of unknown) {
    const near = findNearMatch(name, known, 1);
    if (near === undefined) continue;
    throw new ServerError('config-value-invalid', `The variable ${name} of the environment is no setting; did you mean ${near}?`, { name, near });
  }
  return unknown.map((name) => `the variable ${name} of the environment is no setting and was ignored`);
}

function emptyAsMissing(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
