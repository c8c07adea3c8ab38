/** Dates of commits as text, in the styles of `git log --date=<style>` that need no time zone of the machine. */
import { timezoneMinutes } from '../object/identity.js';

/**
 * A style. `default` is `Tue Nov 14 22:13:20 2023 +0000`; `iso` and `iso-strict` are ISO 8601, `rfc` is RFC 2822,
 * `raw` and `unix` are seconds, `human` leaves out what is like now.
 */
export type DateStyle =
  | 'default' | 'iso' | 'iso-strict' | 'rfc' | 'short' | 'raw' | 'unix' | 'relative' | 'human';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment with its zone as it is recorded. */
export interface RecordedDate {
  readonly timeSeconds: number;
  /** `+0100`; anything else counts as `+0000`. */
  readonly timezone: string;
}

/**
 * A date as text.
 *
 * @param nowSeconds what `relative` and `human` count from
 */
export function formatDate(date: RecordedDate, style: DateStyle, nowSeconds: number): string {
  const zone = zoneText(date.timezone);
  if (style === 'unix') return String(date.timeSeconds);
  if (style === 'raw') return `${date.timeSeconds} ${zone}`;
  if (style === 'relative') return formatRelativeDate(date.timeSeconds, nowSeconds);
  const local = partsOf(date.timeSeconds, date.timezone);
  if (local === undefined) return formatDate({ timeSeconds: 0, timezone: '+0000' }, style, nowSeconds);
  const { year, month, day, weekday, clock } = local;
  const ymd = `${digits(year, 4)}-${digits(month + 1, 2)}-${digits(day, 2)}`;
  switch (style) {
    case 'short':
      return ymd;
    case 'iso':
      return `${ymd} ${clock} ${zone}`;
    case 'iso-strict':
      return `${ymd}T${clock}${zone.slice(0, 3)}:${zone.slice(3)}`;
    case 'rfc':
      return `${WEEKDAYS[weekday]!}, ${day} ${MONTHS[month]!} ${year} ${clock} ${zone}`;
    case 'default':
      return `${WEEKDAYS[weekday]!} ${MONTHS[month]!} ${day} ${clock} ${year} ${zone}`;
    case 'human':
      return formatHumanDate(date, local, nowSeconds);
  }
}

/** How long ago a date was, in the words and the rounding of Git: `5 minutes ago`, `1 year, 2 months ago`. */
export function formatRelativeDate(timeSeconds: number, nowSeconds: number): string {
  if (nowSeconds < timeSeconds) return 'in the future';
  let count = nowSeconds - timeSeconds;
  if (count < 90) return `${counted(count, 'second')} ago`;
  count = Math.floor((count + 30) / 60);
  if (count < 90) return `${counted(count, 'minute')} ago`;
  count = Math.floor((count + 30) / 60);
  if (count < 36) return `${counted(count, 'hour')} ago`;
  const days = Math.floor((count + 12) / 24);
  if (days < 14) return `${counted(days, 'day')} ago`;
  if (days < 70) return `${counted(Math.floor((days + 3) / 7), 'week')} ago`;
  if (days < 365) return `${counted(Math.floor((days + 15) / 30), 'month')} ago`;
  if (days >= 1825) return `${counted(Math.floor((days + 183) / 365), 'year')} ago`;
  const months = Math.floor((days * 24 + 365) / 730);
  const years = counted(Math.floor(months / 12), 'year');
  return months % 12 === 0 ? `${years} ago` : `${years}, ${counted(months % 12, 'month')} ago`;
}

interface DateParts {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
  /** Sunday is 0. */
  readonly weekday: number;
  /** `22:13:20` */
  readonly clock: string;
}

function partsOf(timeSeconds: number, timezone: string): DateParts | undefined {
  const date = new Date((timeSeconds + timezoneMinutes(timezone) * 60) * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    clock: [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map((value) => digits(value, 2)).join(':'),
  };
}

/** Git leaves out what a reader knows: the year of now, and of a few days ago the date. Now is taken in UTC. */
function formatHumanDate(date: RecordedDate, local: DateParts, nowSeconds: number): string {
  const now = partsOf(nowSeconds, '+0000')!;
  const isSameYear = local.year === now.year;
  const isSameMonth = isSameYear && local.month === now.month;
  if (isSameMonth && local.day === now.day) return formatRelativeDate(date.timeSeconds, nowSeconds);
  const isRecent = isSameMonth && local.day < now.day && local.day + 5 > now.day;
  const clock = local.clock.slice(0, 5);
  const zone = zoneText(date.timezone);
  if (isRecent) return `${WEEKDAYS[local.weekday]!} ${clock}${zone === '+0000' ? '' : ` ${zone}`}`;
  const monthAndDay = `${MONTHS[local.month]!} ${local.day}`;
  return isSameYear ? `${WEEKDAYS[local.weekday]!} ${monthAndDay} ${clock}` : `${monthAndDay} ${local.year}`;
}

function zoneText(timezone: string): string {
  if (!/^[+-]\d{1,9}$/.test(timezone)) return '+0000';
  const value = Number(timezone.slice(1));
  return `${timezone.startsWith('-') && value !== 0 ? '-' : '+'}${digits(value, 4)}`;
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
