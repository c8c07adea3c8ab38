/** The types of values: git-config(1), "Values". */
import { GovcError } from '../errors.js';

/**
 * The boolean that a value spells: yes, on, true, 1 or any other number, and no key sign at all
 * (`undefined`); no, off, false, 0 and the empty string. Undefined for anything else.
 */
export function findConfigBool(value: string | undefined): boolean | undefined {
  if (value === undefined) return true;
  if (/^(?:true|yes|on)$/i.test(value)) return true;
  if (/^(?:false|no|off|)$/i.test(value)) return false;
  const number = findConfigInt(value);
  // Git reads a boolean number as a C int.
  return number === undefined || Math.abs(number) > INT_MAX ? undefined : number !== 0;
}

const INT_MAX = 0x7fff_ffff;
const INTEGER = /^[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)([kKmMgG]?)$/;
const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/**
 * The integer that a value spells: decimal, 0x hexadecimal or 0 octal, with a sign before and k, m or g
 * (powers of 1024) behind it. Undefined for anything else and for what is beyond 2^53.
 */
export function findConfigInt(value: string): number | undefined {
  const match = INTEGER.exec(value);
  if (match === null) return undefined;
  const digits = match[2]!;
  const isOctal = digits.length > 1 && digits.startsWith('0') && !/^0x/i.test(digits);
  const size = isOctal ? Number.parseInt(digits, 8) : Number(digits);
  const number = size * FACTORS[match[3]!.toLowerCase()]!;
  if (!Number.isSafeInteger(number)) return undefined;
  return match[1] === '-' && number !== 0 ? -number : number;
}

/**
 * The path that a value spells, with a leading `~/` as the given home directory.
 *
 * @throws {GovcError} config-invalid: `~` without a known home, or `~user`, which needs the system's user table.
 */
export function expandConfigPath(value: string, home: string | undefined): string {
  if (!value.startsWith('~')) return value;
  if (home !== undefined && (value.length === 1 || value[1] === '/')) return home + value.slice(1);
  throw new GovcError('config-invalid', `The path ${JSON.stringify(value)} names a home directory that is not known.`, {
    value,
  });
}
