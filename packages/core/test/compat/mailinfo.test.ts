import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { hasCode } from '../../src/errors.js';
import { readMail, type MailInfoOptions } from '../../src/history/mail-info.js';
import { splitMailbox } from '../../src/history/mail-split.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit, RealGit } from './real-git.js';

const VARIANTS: readonly (readonly [readonly string[], MailInfoOptions])[] = [
  [[], {}], [['-k'], { subject: 'keep' }], [['-b'], { subject: 'patch' }], [['--scissors'], { scissors: true }],
  [['--message-id'], { messageId: true }], [['--no-inbody-headers'], { inBodyHeaders: false }], [['--quoted-cr=strip'], { stripsQuotedCr: true }],
];

const FROMS = [
  'A U Thor <a@example.com>', 'a@example.com (A U Thor)', '"Thor, A. \\"U\\"" <a@b.c>', 'a@b', '=?UTF-8?q?=C3=89l=C3=A9?= <e@x.org>',
  '=?ISO-8859-1?Q?J=F6rg_?= =?ISO-8859-1?Q?M=FCller?= <j@x>', '=?utf-8?b?w4k=?= (comment) <e@x> (more)', 'No Address', '<only@addr>', 'A (b (c) d) E <x@y> (z)',
];
const SUBJECTS = [
  '[PATCH] Simple', '[PATCH v2 1/3] Re: deep', 'Re: [PATCH] Re: x', '[other] [PATCH] y', '=?UTF-8?q?[PATCH]=20=C3=A9t=C3=A9?=', 'folded\n subject\n\tline', '[PATCH 1/2]  two  spaces ',
  '=?ISO-8859-1?B?6ek=?= tail', 'plain', '[a]  [b] c', '[PATCH',
];
const BODIES = [
  'Message.\n\nMore.\n', 'From: In Body <in@body>\nSubject: [PATCH] inner\n\nText\n', 'before\n-- >8 --\nSubject: after\n\ntext\n', '\n\n\nlate\n', '>From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\nFrom: b <b@b>\n\nx\n',
  'Date: Thu, 1 Jan 2015 10:00:00 +0100\nnot a header\n', '[PATCH] subject in body\n\ntext\n', 'From: folded\n <f@f>\n -- >8 --\n', ' - - - - >8 - - - - cut here\n', 'text\n--- \n', 'a\r\nb\r\n', 'caf\u00e9\n',
];
const PATCH = '---\n a | 2 +-\n 1 file changed\n\ndiff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x=y caf\u00e9\n+z \n-- \n2.39.5\n';

function makeMails(count: number): string[] {
  const random = new SeededRandom(5);
  return Array.from({ length: count }, () => {
    const body = random.pick(BODIES) + (random.below(4) === 0 ? random.pick(BODIES) : '') + (random.below(6) === 0 ? '' : PATCH);
    const encoding = random.below(5);
    const charset = random.pick(['UTF-8', 'utf-8', 'ISO-8859-1', 'us-ascii', '']);
    const flowed = random.below(8) === 0 ? `; format=flowed${random.pick(['', '; delsp=yes'])}` : '';
    const bytes = Buffer.from(body, charset === 'ISO-8859-1' ? 'latin1' : 'utf8');
    const part = `Content-Type: text/plain${charset === '' ? '' : `; charset=${random.pick(['', '"'])}${charset}`.replace(/"(.*)$/, '"$1"')}${flowed}\nContent-Transfer-Encoding: ` +
      (encoding === 0 ? `base64\n\n${bytes.toString('base64').replace(/(.{60})/g, '$1\n')}\n`
        : encoding === 1 ? `quoted-printable\n\n${[...bytes].map((byte) => (byte === 10 ? '\n' : byte > 126 || byte === 61 || byte < 32 ? `=${byte.toString(16).padStart(2, '0').toUpperCase()}` : String.fromCharCode(byte))).join('').replace(/^(.{40})(?=.)/gm, '$1=\n')}`
        : `8bit\n\n${bytes.toString('latin1')}`);
    const head = `From: ${random.pick(FROMS)}\nDate: Fri, 9 Jun 2006 00:44:16 -0700\n${random.pick(['Subject', 'subject'])}: ${random.pick(SUBJECTS)}\nMessage-Id: <1@x>\n`;
    const mail = random.below(4) === 0
      ? `${head}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="bo und"\n\npreamble\n--bo und\n${part}\n--bo und\nContent-Type: text/x-patch\n\n${PATCH}--bo und--\nepilogue\n`
      : head + part;
    return mail;
  });
}

describeWithGit('mails compared with git mailinfo and mailsplit', () => {
  const git = new RealGit();
  afterAll(() => git.remove());

  it('takes generated mails apart alike', () => {
    expect(differences(git, makeMails(300).map((mail) => Buffer.from(mail, 'latin1')))).toEqual([]);
  });

  it('splits mailboxes alike', () => {
    const from = 'From a@b Mon Sep 17 00:00:00 2001\n';
    const mails = makeMails(40);
    const boxes = [
      mails.map((mail) => from + mail).join(''), `\n \n${from}${mails[0]!}`, mails.slice(0, 9).map((mail) => `From x Thu Jan  1 10:00:00 1991\n${mail}From no date\n${from}`).join(''),
      mails.map((mail) => from + mail.replace(/\n/g, '\r\n')).join(''),
    ];
    for (const [i, box] of boxes.entries()) {
      const folder = `box${i}`;
      mkdirSync(join(git.folder, folder));
      git.read(['mailsplit', `-o${folder}`], Buffer.from(box, 'latin1'));
      const theirs = readdirSync(join(git.folder, folder)).sort().map((name) => readFileSync(join(git.folder, folder, name), 'latin1'));
      expect(splitMailbox(Buffer.from(box, 'latin1')).map((mail) => Buffer.from(mail).toString('latin1'))).toEqual(theirs);
    }
  });
});

function differences(git: RealGit, mails: readonly Buffer[]): string[] {
  const found: string[] = [];
  mails.forEach((mail, i) => writeFileSync(join(git.folder, `${i}.mail`), mail));
  const commands = mails.map((_, i) => `git mailinfo ${VARIANTS[i % VARIANTS.length]![0].join(' ')} ${i}.msg ${i}.patch < ${i}.mail > ${i}.info 2> ${i}.err || rm -f ${i}.info\n`);
  writeFileSync(join(git.folder, 'run.sh'), commands.join(''));
  git.read(['-c', 'alias.sh=!sh run.sh', 'sh']);
  mails.forEach((mail, i) => {
    const [args, options] = VARIANTS[i % VARIANTS.length]!;
    const file = (name: string): string => readFileSync(join(git.folder, `${i}.${name}`), 'latin1');
    const theirs = existsSync(join(git.folder, `${i}.info`)) ? `${file('info')}MSG\n${file('msg')}PATCH\n${file('patch')}` : 'refused';
    const ours = show(mail, options);
    // Text that is not in the encoding that it names is an error of iconv.
    if (ours !== theirs && !file('err').includes('cannot convert')) found.push(`${args.join(' ')}\n${mail.toString('latin1')}\n== ours\n${ours}\n== theirs\n${theirs}\n${file('err')}`);
  });
  rmSync(join(git.folder, 'run.sh'));
  return found.slice(0, 3);
}

function show(mail: Uint8Array, options: MailInfoOptions): string {
  try {
    const info = readMail(mail, options);
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
    const subject = text(info.subject).split('\n').map((line) => `Subject: ${line}\n`).join('');
    return `Author: ${text(info.name)}\nEmail: ${text(info.email)}\n${subject}Date: ${text(info.date)}\n\nMSG\n${text(info.message)}PATCH\n${text(info.patch)}`;
  } catch (error) {
    if (hasCode(error, 'mail-invalid')) return 'refused';
    throw error;
  }
}
