/**
 * Dates as people say them: `yesterday`, `2 weeks ago`, `last monday`, `noon`, `5.days.ago`, `dec 6`, beside all that
 * `parse-date.ts` reads (Git's `approxidate`).
 */
import { calendarTimeAt, localSecondsOf, UTC_ZONE, type CalendarTime, type ZoneOffset } from '../object/calendar-time.js';
import { matchName, MONTH_NAMES, WEEKDAY_NAMES } from '../object/date-words.js';
import { digitCount, findDate, isAlpha, isDigit, matchMultiNumber, wordSize, type DateClock } from './parse-date.js';

/**
 * The moment that a text speaks of, in seconds since 1970, with what is left out taken from the clock. Any text gives
 * some moment; one without a word or number that means anything gives the present.
 */
export function parseApproxidate(text: string, clock: DateClock): number {
  return findDate(text, clock)?.timeSeconds ?? new ApproximateReader(text, clock).read().timeSeconds;
}

/** As {@link parseApproxidate}, but `undefined` where nothing in the text means anything. */
export function findApproxidate(text: string, clock: DateClock): number | undefined {
  const exact = findDate(text, clock);
  if (exact !== undefined) return exact.timeSeconds;
  const { timeSeconds, isTouched } = new ApproximateReader(text, clock).read();
  return isTouched ? timeSeconds : undefined;
}

/**
 * The moment before which something expires (`gc.reflogExpire`, `--expire`): `never` and `false` are 0, `all` and `now`
 * are infinite. `undefined` where the text means nothing.
 */
export function findExpiryDate(text: string, clock: DateClock): number | undefined {
  if (text === 'never' || text === 'false') return 0;
  if (text === 'all' || text === 'now') return Number.POSITIVE_INFINITY;
  return findApproxidate(text, clock);
}

const DAY_SECONDS = 86_400;

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['seconds', 1], ['minutes', 60], ['hours', 3600], ['days', DAY_SECONDS], ['weeks', 7 * DAY_SECONDS],
];
const NUMBER_NAMES = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

class ApproximateReader {
  readonly #text: string;
  readonly #clock: DateClock;
  readonly #zone: ZoneOffset;
  readonly #now: CalendarTime;
  #time: CalendarTime;
  /** A number whose meaning the next word decides; 0 for none. */
  #number = 0;
  #isTouched = false;

  constructor(text: string, clock: DateClock) {
    this.#text = text;
    this.#clock = clock;
    this.#zone = clock.zone ?? UTC_ZONE;
    this.#now = calendarTimeAt(clock.nowSeconds, this.#zone);
    this.#time = { ...this.#now, year: -1, month: -1, day: -1 };
  }

  read(): { readonly timeSeconds: number; readonly isTouched: boolean } {
    const text = this.#text;
    for (let at = 0; at < text.length && text[at] !== '\0';) {
      const code = text.charCodeAt(at);
      if (isDigit(code)) {
        this.#settleNumber();
        at += this.#readNumber(at);
        this.#isTouched = true;
      } else if (isAlpha(code)) {
        if (this.#readWord(at)) this.#isTouched = true;
        at += wordSize(text, at);
      } else {
        at++;
      }
    }
    this.#settleNumber();
    return { timeSeconds: this.#goBack(0), isTouched: this.#isTouched };
  }

  #readNumber(at: number): number {
    const match = matchMultiNumber({ text: this.#text, at, time: this.#time, nowSeconds: this.#clock.nowSeconds });
    if (match > 0) return match;
    const size = digitCount(this.#text, at);
    // "Dec 02" has a padded number, "Dec 0002" has none. Numbers are of 32 bits, as in Git.
    if (this.#text[at] !== '0' || size <= 2) this.#number = Number(this.#text.slice(at, at + size)) | 0;
    return size;
  }

  /** Whether the word at `at` means anything. */
  #readWord(at: number): boolean {
    const text = this.#text;
    for (const [month, name] of MONTH_NAMES.entries()) {
      if (matchName(text, at, name) < 3) continue;
      this.#time.month = month;
      return true;
    }
    if (this.#readSpecial(at)) return true;
    if (this.#number === 0) {
      const named = NUMBER_NAMES.findIndex((name) => matchName(text, at, name) === name.length);
      if (named >= 0) this.#number = named + 1;
      else if (matchName(text, at, 'last') === 4) this.#number = 1;
      return this.#number !== 0;
    }
    return this.#readUnit(at);
  }

  #readSpecial(at: number): boolean {
    const isWord = (name: string): boolean => matchName(this.#text, at, name) === name.length;
    if (isWord('yesterday')) this.#stepBack(DAY_SECONDS);
    else if (isWord('noon')) this.#setHour(12);
    else if (isWord('midnight')) this.#setHour(0);
    else if (isWord('tea')) this.#setHour(17);
    else if (isWord('PM')) this.#setHalf(12);
    else if (isWord('AM')) this.#setHalf(0);
    else if (isWord('never')) {
      this.#time = calendarTimeAt(0, this.#zone);
      this.#number = 0;
    } else if (isWord('now')) this.#stepBack(0);
    else return false;
    return true;
  }

  /** What is counted by the number before the word. */
  #readUnit(at: number): boolean {
    const text = this.#text;
    const count = this.#number;
    for (const [name, seconds] of UNITS) {
      if (matchName(text, at, name) < name.length - 1) continue;
      this.#stepBack(Math.imul(seconds, count));
      return true;
    }
    for (const [weekday, name] of WEEKDAY_NAMES.entries()) {
      if (matchName(text, at, name) < 3) continue;
      const days = this.#time.weekday - weekday;
      this.#stepBack((days + 7 * (days <= 0 ? count : count - 1)) * DAY_SECONDS);
      return true;
    }
    const isMonths = matchName(text, at, 'months') >= 5;
    if (!isMonths && matchName(text, at, 'years') < 4) return false;
    this.#stepBack(0);
    const time = this.#time;
    if (isMonths) {
      const month = time.month - count;
      const years = month < 0 ? Math.ceil(-month / 12) : 0;
      time.month = month + 12 * years;
      time.year -= years;
    } else {
      time.year -= count;
    }
    return true;
  }

  #stepBack(seconds: number): void {
    this.#number = 0;
    this.#goBack(seconds);
  }

  /** The last time that clocks showed that hour. */
  #setHour(hour: number): void {
    this.#settleNumber();
    if (this.#time.hour < hour) this.#goBack(DAY_SECONDS);
    Object.assign(this.#time, { hour, minute: 0, second: 0 });
  }

  /** `AM` or `PM`, of the number before it or of the hour that is set. */
  #setHalf(base: 0 | 12): void {
    const time = this.#time;
    const hour = this.#number === 0 ? time.hour : this.#number;
    if (this.#number !== 0) Object.assign(time, { minute: 0, second: 0 });
    this.#number = 0;
    time.hour = (hour % 12) + base;
  }

  /** A number that nothing follows is a day, a month or a year, whichever is missing. */
  #settleNumber(): void {
    const number = this.#number;
    const time = this.#time;
    this.#number = 0;
    if (number === 0) return;
    if (time.day < 0 && number < 32) time.day = number;
    else if (time.month < 0 && number < 13) time.month = number - 1;
    else if (time.year < 0) {
      if (number > 1969 && number < 2100) time.year = number - 1900;
      else if (number > 69 && number < 100) time.year = number;
      else if (number < 38) time.year = 100 + number;
    }
  }

  /** Fills in the date from the clock where it is missing, and goes back from there. */
  #goBack(seconds: number): number {
    const time = this.#time;
    const now = this.#now;
    if (time.day < 0) time.day = now.day;
    if (time.month < 0) time.month = now.month;
    if (time.year < 0) time.year = time.month > now.month ? now.year - 1 : now.year;
    const moment = localSecondsOf(time, this.#zone) - seconds;
    this.#time = calendarTimeAt(moment, this.#zone);
    return moment;
  }
}
