import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { findContact, Mailmap } from '../../src/history/mailmap.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit, RealGit } from './real-git.js';

describeWithGit('git check-mailmap', () => {
  const git = new RealGit();
  git.read(['init', '-q', '.']);
  afterAll(() => {
    git.remove();
  });

  it.each([1, 2, 3, 4, 5, 6])('maps the same people, seed %d', (seed) => {
    const random = new SeededRandom(seed);
    const names = ['A', 'a', 'Bob', 'BOB ', ' Cee Dee', '', 'Zoë', 'x#y', '  '];
    const emails = ['a@x', 'A@X', 'b@x', 'b@x.org', '', 'zoë@x', 'c d'];
    const lines = Array.from({ length: 30 }, () => {
      const one = `${random.pick(names)} <${random.pick(emails)}>`;
      const two = `${random.pick(names)} <${random.pick(emails)}>`;
      return random.pick([one, `${one} ${two}`, `${one}${two}`, `# ${one}`, `${one} ${two} # rest`, random.pick(names), ` ${one}`, `${one}\r`, `${random.pick(names)} <a@x`]);
    });
    writeFileSync(join(git.folder, '.mailmap'), `${lines.join('\n')}\n`);
    const mailmap = Mailmap.parse(Buffer.from(`${lines.join('\n')}\n`));
    for (const name of ['A', 'a', 'Bob', 'bob', 'Cee Dee', 'Zoë', 'nobody']) {
      for (const email of ['a@x', 'A@x', 'b@x', 'B@X.org', 'zoë@x', 'c d', 'e@e']) {
        const contact = `${name} <${email}>`;
        const theirs = git.read(['check-mailmap', contact]).toString().trimEnd();
        const found = findContact(mailmap, contact)!;
        expect([contact, `${found.name} <${found.email}>`]).toEqual([contact, theirs]);
      }
    }
    expect(findContact(mailmap, 'no address')).toBeUndefined();
  });
});
