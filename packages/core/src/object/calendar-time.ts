/**
 * A moment taken apart into calendar fields, some of which may not be known yet: what Git's date parsers fill in
 * (`struct tm` of C).
 */

/** How many minutes the local clock is ahead of UTC at a moment, given in seconds since 1970. */
export type ZoneOffset = (timeSeconds: number) => number;

/** Clocks that show UTC. */
export const UTC_ZONE: ZoneOffset = () => 0;

/** Fields that are not known are -1. Days of the week count from Sunday, 0. */
export interface CalendarTime {
  /** Years since 1900. */
  year: number;
  /** 0 to 11. */
  month: number;
  /** 1 to 31. */
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
  /** Of the moment that the fields were taken from; `undefined` where they were written by hand. */
  offsetMinutes: number | undefined;
}

const DAY_SECONDS = 86_400;
const MONTH_STARTS = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
// What JavaScript's calendar reaches, in seconds.
const TIME_MAX = 8.64e12;

/** The fields that clocks of a zone show at a moment. */
export function calendarTimeAt(timeSeconds: number, zone: ZoneOffset): CalendarTime {
  const bounded = Math.max(-TIME_MAX + DAY_SECONDS, Math.min(TIME_MAX - DAY_SECONDS, timeSeconds));
  const offsetMinutes = zone(bounded);
  const date = new Date((bounded + offsetMinutes * 60) * 1000);
  return {
    year: date.getUTCFullYear() - 1900,
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
    offsetMinutes,
  };
}

/** The seconds since 1970 at which clocks of UTC show these fields; `undefined` where one is missing, or not in 1970 to 2099. */
export function utcSecondsOf(time: CalendarTime): number | undefined {
  const year = time.year - 70;
  const { month, hour, minute, second } = time;
  if (year < 0 || year > 129 || month < 0 || month > 11 || hour < 0 || minute < 0 || second < 0) return undefined;
  const day = month < 2 || (year + 2) % 4 !== 0 ? time.day - 1 : time.day;
  const days = year * 365 + Math.floor((year + 1) / 4) + MONTH_STARTS[month]! + day;
  return days * DAY_SECONDS + hour * 3600 + minute * 60 + second;
}

/**
 * The seconds since 1970 at which clocks of the zone show these fields; those out of range carry over, as with
 * `mktime`. Where the fields come from a moment, summer time is taken to be as it was then.
 */
export function localSecondsOf(time: CalendarTime, zone: ZoneOffset): number {
  const date = new Date(0);
  date.setUTCFullYear(time.year + 1900, time.month, time.day);
  date.setUTCHours(time.hour, time.minute, time.second);
  const seconds = date.getTime() / 1000;
  if (!Number.isFinite(seconds)) return 0;
  if (time.offsetMinutes !== undefined) return seconds - time.offsetMinutes * 60;
  const guess = seconds - zone(seconds) * 60;
  return seconds - zone(guess) * 60;
}
