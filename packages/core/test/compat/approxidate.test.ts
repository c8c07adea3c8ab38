import { afterAll, expect, it } from '@jest/globals';
import type { ZoneOffset } from '../../src/object/calendar-time.js';
import { SeededRandom } from '../../src/testing/random.js';
import { findApproxidate, parseApproxidate } from '../../src/walk/approxidate.js';
import { findDate } from '../../src/walk/parse-date.js';
import { describeWithGit, RealGit } from './real-git.js';

const TEXTS = [
  '@123 +0100', '@123', '@1700000000', '1700000000', '1700000000 +0200', '0', '100000000', '99999999', '@0 +0000', '@1234567890 -0330',
  '2023-11-14T22:13:20Z', '2023-11-14 22:13:20', '2023-11-14 22:13:20 +0100', '2023-11-14T22:13:20.123+01:00', '2023-11-14', '20231114T221320', '20231114',
  '2023.11.14', '11/14/2023', '14/11/2023', '14.11.2023', '2023/11/14', '23-11-14', '70-01-01', '69-01-01', '2023-14-11', '2099-12-31 23:59', '2100-01-01 00:00',
  'Thu, 07 Apr 2005 22:13:13 +0200', 'Thu Apr 7 22:13:13 2005 -0700', 'Apr 7 2005 10pm', '7 April 2005 10:00 PM', 'Thu Apr 7 15:14:13 PST 2005', '01 Apr 05 12:00',
  'now', 'never', 'yesterday', 'today', 'noon', 'midnight', 'tea', 'noon yesterday', 'yesterday noon', 'tea yesterday', 'last monday', 'monday', 'friday', 'last friday noon',
  '2 weeks ago', '2.weeks.ago', '5.days.ago', '1 day ago', 'one day ago', 'ten months ago', '3 years ago', '1 year 2 months ago', 'a month ago', 'last month', 'last year',
  'last week', '3 hours ago', '90.minutes.ago', '10 seconds ago', 'sunday 3pm', '3pm', '3 pm', '12am', '12pm', '11:30', '11:30 am', '25:00', '6am yesterday', '6pm yesterday',
  'dec 6', 'Dec 6 1992', '6 dec', 'dec', 'december 2020', 'jan 5 10:00', 'January 5th noon pm yesterday', '5/6', '12/25/2022 noon', '6 months 3 days ago',
  '2 tuesdays ago', 'two fridays ago', '3 wednesdays ago at 7', '100000000000', '0002', 'dec 0002', 'Dec 02', '99', '32', '13', '1969', '1970', '2005', '1999-06-30 EST', '5 minutes',
  '2008-02-30', '2020-02-29', 'Feb 29', '10:61', '10:59:60', '12:34:56.7.days.ago', '12:34:56.7', 'now-ish', 'xyz', '+0100', '-', '', '   ', '2023-11-14 10:00 EST', '10:00 GMT', 'noon BST', '4:05z',
  'one', 'last', 'last ten', 'ten', '2 last days', '3.weeks', 'weeks', '1.5 days', '1:2:3:4', '2023-1-2', '1/2/3', '1.2.3', '2023-11-14T25:00:00', '@99999999999999', '4294967297 days ago',
];

/** The clocks of New York, without help of the process's own zone. */
const newYork: ZoneOffset = (timeSeconds) => {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/New_York', hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(new Date(timeSeconds * 1000));
  const part = (type: string): number => Number(parts.find((each) => each.type === type)!.value);
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) / 1000;
  return Math.round((shown - timeSeconds) / 60);
};

describeWithGit('dates, compared with git', () => {
  const git = new RealGit();
  git.read(['init', '-q', '.']);
  afterAll(() => {
    git.remove();
  });

  /** What git takes the texts for, and the second in which it did. */
  function askGit(texts: readonly string[], zone: string): { readonly answers: number[]; readonly now: number } {
    for (;;) {
      const before = Math.floor(Date.now() / 1000);
      const output = git.read(['rev-parse', ...texts.map((text) => `--since=${text}`)], '', { TZ: zone }).toString();
      const now = Math.floor(Date.now() / 1000);
      if (now !== before) continue;
      return { answers: output.split('\n').slice(0, -1).map((line) => Number(BigInt.asIntN(64, BigInt(line.slice(10))))), now };
    }
  }

  function compare(texts: readonly string[], name: string, zone: ZoneOffset): void {
    const { answers, now } = askGit(texts, name);
    const wrong = texts
      .map((text, i) => ({ text, ours: parseApproxidate(text, { nowSeconds: now, zone }), theirs: answers[i]! }))
      .filter(({ ours, theirs }) => ours !== theirs);
    expect(wrong).toEqual([]);
  }

  it.each([
    ['UTC', 0], ['XXX-5:30', 330], ['YYY+3', -180],
  ])('reads dates in the zone %s', (name, minutes) => {
    compare(TEXTS, name, () => minutes);
  });

  it('reads dates where clocks change', () => {
    // Far from the present, rules have changed.
    compare(TEXTS.filter((text) => !/19\d\d|2005|100000000|70-01|69-01/.test(text)), 'America/New_York', newYork);
  });

  it('reads generated dates', () => {
    const words = [
      'last', 'ago', 'one', 'two', 'ten', '3', '17', '2', '31', '12', '2020', '99', '05', 'day', 'days', 'week', 'months', 'year', 'yesterday', 'noon', 'tea', 'midnight', 'monday', 'thu',
      'feb', 'March', 'december', 'am', 'pm', '10:30', '23:59:59', '2021-03-04', '3/4', '3/4/21', '4.3.2021', '+0100', '-0230', 'EST', 'Z', 'now', 'never', 'at', 'hours', 'seconds', ',',
    ];
    for (let seed = 1; seed <= 4; seed++) {
      const random = new SeededRandom(seed);
      const texts = Array.from({ length: 400 }, () => Array.from({ length: 1 + random.below(5) }, () => random.pick(words)).join(random.pick([' ', '.', ' '])));
      compare(texts, 'ZZZ-2', () => 120);
    }
  });

  it('reads exact dates as commits record them', () => {
    const tree = git.read(['mktree'], '').toString().trim();
    const clock = { nowSeconds: 1_700_000_000, zone: () => 60 };
    for (const text of TEXTS.filter((each) => each !== '' && each.trim() !== '')) {
      const { status, stdout } = git.run(['commit-tree', tree], 'x', { TZ: 'XXX-1', GIT_AUTHOR_DATE: text });
      const found = findDate(text, clock);
      if (status !== 0) {
        expect([text, found]).toEqual([text, undefined]);
        continue;
      }
      const line = /^author .* (\d+) ([+-])(\d\d)(\d\d)$/m.exec(git.read(['cat-file', 'commit', stdout.toString().trim()]).toString())!;
      const minutes = (Number(line[3]) * 60 + Number(line[4])) * (line[2] === '-' ? -1 : 1);
      expect([text, found?.timeSeconds, (found?.offsetMinutes ?? 0) + 0]).toEqual([text, Number(line[1]), minutes + 0]);
    }
  });

  it('tells texts that mean nothing', () => {
    const clock = { nowSeconds: 1_700_000_000 };
    expect(findApproxidate('nothing at all', clock)).toBeUndefined();
    expect(findApproxidate('now', clock)).toBe(1_700_000_000);
    expect(parseApproxidate('nothing at all', clock)).toBe(1_700_000_000);
  });
});
