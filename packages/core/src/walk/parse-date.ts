/**
 * Dates as Git reads them where one is given exactly (`GIT_AUTHOR_DATE`, `--date`), after git's "DATE FORMATS":
 *
 *     @<seconds> <zone>     also without "@" where the number has nine digits or more
 *     RFC 2822              Thu, 07 Apr 2005 22:13:13 +0200
 *     ISO 8601              2005-04-07T22:13:13+02:00, 20050407T221313; also with fractions of seconds
 *     and what is like them: 2005.04.07, 04/07/2005, 07.04.2005, names of months, days and zones in any order
 *
 * What cannot be understood is passed over, as Git does.
 */
import { calendarTimeAt, localSecondsOf, utcSecondsOf, UTC_ZONE, type CalendarTime, type ZoneOffset } from '../object/calendar-time.js';
import { matchName, MONTH_NAMES, WEEKDAY_NAMES, ZONE_NAMES } from '../object/date-words.js';

/** A moment and the zone in which it was written. */
export interface ParsedDate {
  /** Seconds since 1970 in UTC. */
  readonly timeSeconds: number;
  /** Minutes ahead of UTC. */
  readonly offsetMinutes: number;
}

/** What a date is read against. */
export interface DateClock {
  /** Seconds since 1970. */
  readonly nowSeconds: number;
  /** Of dates without one. Default: UTC. */
  readonly zone?: ZoneOffset | undefined;
}

/** The date that a text spells, or `undefined` where day, time or both are missing or before 1970 or after 2099. */
export function findDate(text: string, clock: DateClock): ParsedDate | undefined {
  const stamp = /^@(\d+) ([+-])(\d\d)(\d\d)(?:\n|$)/.exec(text.slice(0, 64));
  if (stamp !== null) {
    const minutes = Number(stamp[3]) * 60 + Number(stamp[4]);
    return { timeSeconds: Number(stamp[1]), offsetMinutes: stamp[2] === '-' && minutes !== 0 ? -minutes : minutes };
  }
  return new DateReader(text, clock).read();
}

const UNKNOWN = -1;

class DateReader {
  readonly #text: string;
  readonly #clock: DateClock;
  readonly #time: CalendarTime = {
    year: UNKNOWN, month: UNKNOWN, day: UNKNOWN, hour: UNKNOWN, minute: UNKNOWN, second: UNKNOWN, weekday: 0, offsetMinutes: undefined,
  };
  /** Minutes; one minute behind UTC stands for "not known", as in Git. */
  #offset = UNKNOWN;
  #isUtc = false;

  constructor(text: string, clock: DateClock) {
    this.#text = text;
    this.#clock = clock;
  }

  read(): ParsedDate | undefined {
    const text = this.#text;
    for (let at = 0; at < text.length && text[at] !== '\n' && text[at] !== '\0';) {
      const code = text.charCodeAt(at);
      if (isAlpha(code)) at += this.#readWord(at);
      else if (isDigit(code)) at += this.#readNumber(at);
      else if ((code === 0x2b || code === 0x2d) && isDigit(text.charCodeAt(at + 1))) at += this.#readZone(at);
      else at++;
    }
    const seconds = utcSecondsOf(this.#time);
    if (seconds === undefined) return undefined;
    if (this.#offset === UNKNOWN) {
      const local = localSecondsOf({ ...this.#time, offsetMinutes: undefined }, this.#clock.zone ?? UTC_ZONE);
      this.#offset = Math.trunc((seconds - local) / 60);
    }
    return { timeSeconds: this.#isUtc ? seconds : seconds - this.#offset * 60, offsetMinutes: this.#offset };
  }

  #readWord(at: number): number {
    const time = this.#time;
    for (const [month, name] of MONTH_NAMES.entries()) {
      const size = matchName(this.#text, at, name);
      if (size < 3) continue;
      time.month = month;
      return size;
    }
    for (const [weekday, name] of WEEKDAY_NAMES.entries()) {
      const size = matchName(this.#text, at, name);
      if (size < 3) continue;
      time.weekday = weekday;
      return size;
    }
    for (const [name, hours] of ZONE_NAMES) {
      const size = matchName(this.#text, at, name);
      if (size < 3 && size !== name.length) continue;
      if (this.#offset === UNKNOWN) this.#offset = 60 * hours;
      return size;
    }
    if (matchName(this.#text, at, 'PM') === 2) {
      time.hour = (time.hour % 12) + 12;
      return 2;
    }
    if (matchName(this.#text, at, 'AM') === 2) {
      time.hour %= 12;
      return 2;
    }
    return wordSize(this.#text, at);
  }

  /** A time, a year, a day? Decided by how many digits there are and what is missing. */
  #readNumber(at: number): number {
    const time = this.#time;
    const size = digitCount(this.#text, at);
    const number = Number(this.#text.slice(at, at + size));
    if (number >= 100_000_000 && isEmpty(time)) {
      Object.assign(time, calendarTimeAt(number, UTC_ZONE));
      this.#isUtc = true;
      return size;
    }
    const match = matchMultiNumber({ text: this.#text, at, time, nowSeconds: this.#clock.nowSeconds });
    if (match > 0) return match;
    if (size === 8) {
      setDate(time, { year: Math.floor(number / 10_000), month: Math.floor(number / 100) % 100, day: number % 100 });
      return size;
    }
    if (size === 6) {
      const isTime = setTime(time, Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100);
      return size + (isTime ? fractionSize(this.#text, at + size) : 0);
    }
    if (size === 4) this.#setYearOrZone(number);
    else if (size <= 2) this.#setShortNumber(number, size);
    return size;
  }

  #setYearOrZone(number: number): void {
    if (number <= 1400 && this.#offset === UNKNOWN) this.#offset = Math.floor(number / 100) * 60 + (number % 100);
    else if (number > 1900 && number < 2100) this.#time.year = number - 1900;
  }

  /** The day comes first: "01 Apr 05" is in 2005. */
  #setShortNumber(number: number, size: number): void {
    const time = this.#time;
    if (number > 0 && number < 32 && time.day < 0) {
      time.day = number;
    } else if (size === 2 && time.year < 0 && ((number < 10 && time.day >= 0) || number >= 70)) {
      time.year = number < 10 ? number + 100 : number;
    } else if (number > 0 && number < 13 && time.month < 0) {
      time.month = number - 1;
    }
  }

  /** `+hh`, `+hhmm` or `+hh:mm`; what is like no zone is passed over. */
  #readZone(at: number): number {
    const text = this.#text;
    const digits = digitCount(text, at + 1);
    let end = at + 1 + digits;
    let hours = Number(text.slice(at + 1, end));
    let minutes = 0;
    if (digits === 4) {
      minutes = hours % 100;
      hours = Math.floor(hours / 100);
    } else if (digits !== 2) {
      minutes = 99;
    } else if (text[end] === ':') {
      const more = digitCount(text, end + 1);
      minutes = more === 2 ? Number(text.slice(end + 1, end + 3)) : 99;
      end += more === 0 ? 0 : 1 + more;
    }
    if (minutes < 60 && hours < 24) {
      const offset = hours * 60 + minutes;
      this.#offset = text[at] === '-' ? -offset : offset;
    }
    return end - at;
  }
}

interface MultiNumber {
  readonly text: string;
  /** Where the first number begins. */
  readonly at: number;
  readonly time: CalendarTime;
  readonly nowSeconds: number;
}

/**
 * Numbers with one and the same mark between them: a time with `:`, else a date in one of several orders. Gives
 * the size of what was read, or 0 where it is neither.
 */
export function matchMultiNumber(request: MultiNumber): number {
  const { text, at, time } = request;
  const firstEnd = at + digitCount(text, at);
  const mark = text[firstEnd] ?? '';
  if (mark === '' || !':./-'.includes(mark) || !isDigit(text.charCodeAt(firstEnd + 1))) return 0;
  const first = Number(text.slice(at, firstEnd));
  let end = firstEnd + 1 + digitCount(text, firstEnd + 1);
  const second = Number(text.slice(firstEnd + 1, end));
  let third = UNKNOWN;
  if (text[end] === mark && isDigit(text.charCodeAt(end + 1))) {
    const start = end + 1;
    end = start + digitCount(text, start);
    third = Number(text.slice(start, end));
  }
  if (mark === ':') {
    if (!setTime(time, first, second, Math.max(0, third))) return 0;
    const isDateKnown = time.year !== UNKNOWN && time.month !== UNKNOWN && time.day !== UNKNOWN;
    return end - at + (isDateKnown ? fractionSize(text, end) : 0);
  }
  return setAnyDate(request, { first, second, third, mark }) ? end - at : 0;
}

function setAnyDate(
  { time, nowSeconds }: MultiNumber,
  { first, second, third, mark }: { readonly first: number; readonly second: number; readonly third: number; readonly mark: string },
): boolean {
  if (first > 70) {
    if (setDate(time, { year: first, month: second, day: third })) return true;
    if (setDate(time, { year: first, month: third, day: second })) return true;
  }
  // With dots the day comes first, as in Europe; else the month, as in America.
  const american = { year: third, month: first, day: second };
  const european = { year: third, month: second, day: first };
  if (mark !== '.' && setDate(time, american, nowSeconds)) return true;
  if (setDate(time, european, nowSeconds)) return true;
  return mark === '.' && setDate(time, american, nowSeconds);
}

interface DateParts {
  /** Full, of two digits, or -1 where none was given. */
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const FUTURE_MAX = 10 * 86_400;

/** @param nowSeconds given, the date may lie at most ten days after it, and a missing year is the present one */
function setDate(time: CalendarTime, { year, month, day }: DateParts, nowSeconds?: number): boolean {
  if (!(month > 0 && month < 13 && day > 0 && day < 32)) return false;
  const checked = nowSeconds === undefined ? time : { ...time };
  checked.month = month - 1;
  checked.day = day;
  if (year === UNKNOWN) {
    if (nowSeconds === undefined) return false;
    checked.year = calendarTimeAt(nowSeconds, UTC_ZONE).year;
  } else if (year >= 1970 && year < 2100) {
    checked.year = year - 1900;
  } else if (year > 70 && year < 100) {
    checked.year = year;
  } else if (year < 38) {
    checked.year = year + 100;
  } else {
    return false;
  }
  if (nowSeconds === undefined) return true;
  const specified = utcSecondsOf(checked);
  if (specified !== undefined && nowSeconds + FUTURE_MAX < specified) return false;
  time.month = checked.month;
  time.day = checked.day;
  if (year !== UNKNOWN) time.year = checked.year;
  return true;
}

function setTime(time: CalendarTime, hour: number, minute: number, second: number): boolean {
  // A leap second is the 61st.
  if (hour > 24 || minute >= 60 || second > 60) return false;
  time.hour = hour;
  time.minute = minute;
  time.second = second;
  return true;
}

function isEmpty(time: CalendarTime): boolean {
  return time.year < 0 && time.month < 0 && time.day < 0 && time.hour < 0 && time.minute < 0 && time.second < 0;
}

function fractionSize(text: string, at: number): number {
  const digits = text[at] === '.' ? digitCount(text, at + 1) : 0;
  return digits === 0 ? 0 : digits + 1;
}

/** How many letters stand at `at`, at least one. */
export function wordSize(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && isAlpha(text.charCodeAt(end))) end++;
  return end - at;
}

/** How many digits stand at `at`. */
export function digitCount(text: string, at: number): number {
  let end = at;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end - at;
}

/** Whether the code is that of a digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether the code is that of a letter of ASCII. */
export function isAlpha(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}
