/**
 * How dates are shown: the modes of `git log --date=<mode>`, in the zone of the date or of whoever reads.
 */
import { GovcError } from '../errors.js';
import type { ZoneOffset } from '../object/calendar-time.js';
import { UTC_ZONE } from '../object/calendar-time.js';
import { MONTH_NAMES, WEEKDAY_NAMES } from '../object/date-words.js';
import { timezoneMinutes } from '../object/identity.js';
import { formatDate, type DateStyle, type RecordedDate } from './format-date.js';

/** A mode of showing dates. */
export interface DateMode {
  /** `format` follows {@link DateMode.format}. */
  readonly style: DateStyle | 'format';
  /** In the zone of the reader instead of that of the date. */
  readonly isLocal: boolean;
  /** As of strftime: `%Y-%m-%d` and the like. Of `format` only. */
  readonly format: string | undefined;
}

/** Who reads a date, and when. */
export interface DateReader {
  /** Seconds since 1970; what `relative` and `human` count from. */
  readonly nowSeconds: number;
  /** Of local modes and of `human`. Default: UTC. */
  readonly zone?: ZoneOffset | undefined;
}

const STYLES: readonly (readonly [name: string, style: DateStyle | 'format'])[] = [
  ['relative', 'relative'], ['iso8601-strict', 'iso-strict'], ['iso-strict', 'iso-strict'], ['iso8601', 'iso'], ['iso', 'iso'],
  ['rfc2822', 'rfc'], ['rfc', 'rfc'], ['short', 'short'], ['default', 'default'], ['human', 'human'], ['raw', 'raw'], ['unix', 'unix'],
  ['format', 'format'],
];

/**
 * The mode that a text such as `iso`, `short-local` or `format:%Y` names.
 *
 * @throws {GovcError} date-mode-invalid
 */
export function parseDateMode(text: string): DateMode {
  const wanted = text === 'local' ? 'default-local' : text;
  const found = STYLES.find(([name]) => wanted.startsWith(name));
  const rest = found === undefined ? '' : wanted.slice(found[0].length);
  const isLocal = rest.startsWith('-local');
  const tail = isLocal ? rest.slice(6) : rest;
  if (found !== undefined && found[1] === 'format' && tail.startsWith(':')) return { style: 'format', isLocal, format: tail.slice(1) };
  if (found !== undefined && found[1] !== 'format' && tail === '') return { style: found[1], isLocal, format: undefined };
  throw new GovcError('date-mode-invalid', `"${text.slice(0, 200)}" is no way to show dates.`, { mode: text.slice(0, 200) });
}

/** A date as text in a mode. */
export function showDate(date: RecordedDate, mode: DateMode, reader: DateReader): string {
  const { zone = UTC_ZONE, nowSeconds } = reader;
  const { style, isLocal } = mode;
  const shown = isLocal ? { timeSeconds: date.timeSeconds, timezone: zoneText(zone(date.timeSeconds)) } : date;
  if (style === 'format') return expandFormat(mode.format ?? '', shown, isLocal ? undefined : '');
  if (style === 'human') return showHuman(shown, reader, isLocal);
  const text = formatDate(shown, style, nowSeconds);
  // Readers know their own zone.
  return isLocal && style === 'default' ? text.slice(0, text.lastIndexOf(' ')) : text;
}

/** Leaves out what a reader knows: this year, the date of a few days ago, all of it today. */
function showHuman(date: RecordedDate, { nowSeconds, zone = UTC_ZONE }: DateReader, isLocal: boolean): string {
  const here = zoneText(zone(nowSeconds));
  const now = fieldsOf({ timeSeconds: nowSeconds, timezone: here });
  const then = fieldsOf(date);
  const isSameYear = then.year === now.year;
  const isSameMonth = isSameYear && then.month === now.month;
  if (isSameMonth && then.day === now.day) return formatDate(date, 'relative', nowSeconds);
  const hasDate = !(isSameMonth && then.day < now.day && then.day + 5 > now.day);
  const parts: string[] = [];
  if (isSameYear) parts.push(WEEKDAY_NAMES[then.weekday]!.slice(0, 3));
  if (hasDate) parts.push(`${MONTH_NAMES[then.month]!.slice(0, 3)} ${then.day}`);
  if (isSameYear) parts.push(`${two(then.hour)}:${two(then.minute)}`);
  else parts.push(String(then.year));
  if (!isLocal && !hasDate && date.timezone !== here) parts.push(date.timezone);
  return parts.join(' ');
}

interface Fields {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
  /** From 0. */
  readonly yearDay: number;
}

function fieldsOf({ timeSeconds, timezone }: RecordedDate): Fields {
  const seconds = timeSeconds + timezoneMinutes(timezone) * 60;
  let date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) date = new Date(0);
  const year = date.getUTCFullYear();
  return {
    year, month: date.getUTCMonth(), day: date.getUTCDate(), hour: date.getUTCHours(), minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(), weekday: date.getUTCDay(), yearDay: Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000),
  };
}

/** Expands the conversions of strftime in the locale "C". @param zoneName of `%Z`; `undefined`: the offset */
function expandFormat(format: string, date: RecordedDate, zoneName: string | undefined): string {
  const fields = fieldsOf(date);
  const expand = (text: string): string => text.replace(/%[EO]?(.)/gs, (all, mark: string) => convert(mark) ?? all);
  const convert = (mark: string): string | undefined => {
    const composed = COMPOSED[mark];
    if (composed !== undefined) return expand(composed);
    if (mark === 's') return String(date.timeSeconds);
    if (mark === 'z') return date.timezone;
    if (mark === 'Z') return zoneName ?? date.timezone;
    return CONVERSIONS[mark]?.(fields);
  };
  return expand(format);
}

const COMPOSED: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y', D: '%m/%d/%y', F: '%Y-%m-%d', R: '%H:%M', r: '%I:%M:%S %p', T: '%H:%M:%S', x: '%m/%d/%y', X: '%H:%M:%S',
};

const CONVERSIONS: Readonly<Record<string, (fields: Fields) => string>> = {
  'a': ({ weekday }) => WEEKDAY_NAMES[weekday]!.slice(0, 3),
  'A': ({ weekday }) => WEEKDAY_NAMES[weekday]!.slice(0, -1),
  'b': ({ month }) => MONTH_NAMES[month]!.slice(0, 3),
  'h': ({ month }) => MONTH_NAMES[month]!.slice(0, 3),
  'B': ({ month }) => MONTH_NAMES[month]!,
  'C': ({ year }) => two(Math.floor(year / 100)),
  'd': ({ day }) => two(day),
  'e': ({ day }) => String(day).padStart(2),
  'g': (fields) => two(isoWeek(fields).year % 100),
  'G': (fields) => String(isoWeek(fields).year),
  'H': ({ hour }) => two(hour),
  'I': ({ hour }) => two(hour % 12 === 0 ? 12 : hour % 12),
  'j': ({ yearDay }) => String(yearDay + 1).padStart(3, '0'),
  'k': ({ hour }) => String(hour).padStart(2),
  'l': ({ hour }) => String(hour % 12 === 0 ? 12 : hour % 12).padStart(2),
  'm': ({ month }) => two(month + 1),
  'M': ({ minute }) => two(minute),
  'n': () => '\n',
  'p': ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  'P': ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  'S': ({ second }) => two(second),
  't': () => '\t',
  'u': ({ weekday }) => String(weekday === 0 ? 7 : weekday),
  'U': ({ yearDay, weekday }) => two(Math.floor((yearDay + 7 - weekday) / 7)),
  'V': (fields) => two(isoWeek(fields).week),
  'w': ({ weekday }) => String(weekday),
  'W': ({ yearDay, weekday }) => two(Math.floor((yearDay + 7 - ((weekday + 6) % 7)) / 7)),
  'y': ({ year }) => two(year % 100),
  'Y': ({ year }) => String(year),
  '%': () => '%',
};

/** The week of ISO 8601: the first has the first Thursday of its year. */
function isoWeek({ year, yearDay, weekday }: Fields): { readonly year: number; readonly week: number } {
  const thursday = new Date(Date.UTC(year, 0, 1 + yearDay + 3 - ((weekday + 6) % 7)));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return { year: thursday.getUTCFullYear(), week: Math.floor((thursday.getTime() - first) / (7 * 86_400_000)) + 1 };
}

function zoneText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
