import { expect, it } from '@jest/globals';
import { textFromBytes } from '../bytes/text.js';
import { formatMailbox } from '../history/format-patch.js';
import { splitMailbox } from '../history/mail-split.js';
import { commitMessageText, parseCommit } from '../object/commit.js';
import { Repository } from './repository.js';

const AUTHOR = { name: 'Élan', email: 'a@b', timeSeconds: 1_600_000_000, timezone: '+0130' };

it('makes the same tree, author and message of a mail that was made of a commit', () => {
  const source = Repository.init({ clock: () => 1_700_000_000_000 });
  source.add('a', 'one\ntwo\n');
  const first = source.commit('First', { author: AUTHOR });
  source.add('a', 'one\nTWO\n');
  source.add('d/b', new Uint8Array([0, 1, 2]));
  const second = source.commit('Subject: with ünïcode\n\nBody.\n', { author: AUTHOR });
  const { objects, algorithm } = source.snapshot;
  const mailbox = formatMailbox({ source: { objects }, algorithm, commits: [first.id, second.id] });
  const target = Repository.init({ clock: () => 1_700_000_000_000 });
  target.setConfig('user.name', 'C');
  target.setConfig('user.email', 'c@d');
  for (const mail of splitMailbox(mailbox)) expect(target.applyMail(mail).outcome).toBe('committed');
  const made = parseCommit(target.snapshot.objects.find(target.resolve('HEAD'))!.body, algorithm);
  const wanted = parseCommit(objects.find(second.id)!.body, algorithm);
  expect(made.tree).toBe(wanted.tree);
  expect(textFromBytes(made.authorBytes)).toBe(textFromBytes(wanted.authorBytes));
  expect(commitMessageText(made)).toBe(commitMessageText(wanted));
  const again = target.applyMail(splitMailbox(mailbox)[1]!);
  expect(again.outcome).toBe('refused');
  expect(target.commitAt().tree).toBe(wanted.tree);
});
