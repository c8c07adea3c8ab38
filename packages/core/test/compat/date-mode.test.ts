import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseDateMode, showDate } from '../../src/history/date-mode.js';
import { describeWithGit, RealGit } from './real-git.js';

const MODES = [
  'default', 'default-local', 'local', 'iso', 'iso8601', 'iso-local', 'iso-strict', 'iso8601-strict-local', 'rfc', 'rfc2822-local', 'short', 'short-local', 'raw', 'raw-local',
  'unix', 'relative', 'relative-local', 'human', 'human-local', 'format:%Y-%m-%d %H:%M:%S %z', 'format-local:%c|%z', 'format:%a %A %b %B %C %d %D %e %F %g %G %h %I %j %k %l %m %M %n%p %P %r %R %s',
  'format:%S%t%T %u %U %V %w %W %x %X %y %Y %Z %% end', 'format:plain', 'format-local:%s %H',
];

describeWithGit('git log --date', () => {
  const git = new RealGit();
  const dates: { readonly timeSeconds: number; readonly timezone: string }[] = [];

  beforeAll(() => {
    const now = Math.floor(Date.now() / 1000);
    const zones = ['+0000', '+0530', '-0330', '+1400', '-1100'];
    const ages = [10, 100, 4000, 30_000, 100_000, 200_000, 400_000, 1_000_000, 5_000_000, 20_000_000, 40_000_000, 100_000_000, 400_000_000, 1_000_000_000];
    ages.forEach((age, i) => dates.push({ timeSeconds: now - age, timezone: zones[i % zones.length]! }));
    dates.push({ timeSeconds: 1_230_768_000, timezone: '+0000' }, { timeSeconds: 0, timezone: '+0000' }, { timeSeconds: 1_609_459_199, timezone: '-0100' });
    git.read(['init', '-q', '--bare', '-b', 'main', '.']);
    git.read(['fast-import', '--quiet', '--date-format=raw-permissive'], dates.map(({ timeSeconds, timezone }, i) => (
      `commit refs/heads/main\nauthor A <a@x> ${timeSeconds} ${timezone}\ncommitter A <a@x> ${1_700_000_000 + i} +0000\ndata 1\nx\n`
    )).join(''));
  });
  afterAll(() => {
    git.remove();
  });

  it.each(MODES)('shows the same dates for %s', (mode) => {
    for (;;) {
      const before = Math.floor(Date.now() / 1000);
      const output = git.read(['log', '--reverse', '-z', `--date=${mode}`, '--format=%ad'], '', { TZ: 'ABC-2' }).toString();
      const nowSeconds = Math.floor(Date.now() / 1000);
      if (nowSeconds !== before) continue;
      const parsed = parseDateMode(mode);
      const ours = dates.map((date) => showDate(date, parsed, { nowSeconds, zone: () => 120 }));
      expect(ours).toEqual(output.replace(/\0$/, '').split('\0').map((text) => text.replace(/\n$/, '')));
      return;
    }
  });

  it('refuses other modes', () => {
    for (const mode of ['', 'isox', 'format', 'short-', 'tomorrow']) expect(() => parseDateMode(mode)).toThrow(expect.objectContaining({ code: 'date-mode-invalid' }));
  });
});
