import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { serializeContainerfile } from './containerfile.js';
import { type Definition, dialectOfPath, imagesOf } from './definition.js';
import { ContainersError } from './errors.js';
import { DEFINITION_LENGTH_MAX, parseDefinition } from './parse.js';
import { findWordEnd, splitWords } from './words.js';

const containerfile = (text: string): Definition => parseDefinition(text, 'containerfile');
const bodies = (definition: Definition) =>
  definition.instructions.map(({ name, body }) => [name, body.form === 'exec' ? body.items : body.text]);
const withoutLines = ({ instructions, stages }: Definition) =>
  JSON.stringify([instructions, stages], (key, value: unknown) => (key === 'line' ? undefined : value));

function problemOf(text: string, dialect: 'containerfile' | 'govcfile' = 'containerfile') {
  try {
    parseDefinition(text, dialect);
  } catch (error) {
    const { code, data } = error as ContainersError;
    return { code, line: data['line'] };
  }
  return undefined;
}

describe('parseDefinition', () => {
  it('reads instructions in any letter case, with the lines on which they begin', () => {
    const { instructions } = containerfile('from alpine:3\n\n# comment\nRun  apk add git\nCMD ["git", "version"]\n');
    expect(instructions).toEqual([
      { name: 'FROM', line: 1, flags: [], body: { form: 'text', text: 'alpine:3' }, heredocs: [] },
      { name: 'RUN', line: 4, flags: [], body: { form: 'text', text: 'apk add git' }, heredocs: [] },
      { name: 'CMD', line: 5, flags: [], body: { form: 'exec', items: ['git', 'version'] }, heredocs: [] },
    ]);
  });

  it('joins continued lines and drops comments and empty lines between them', () => {
    const text = 'FROM a\nRUN one \\\n  # why\n\n  && two \\  \n&& three\nUSER x\n';
    const { instructions } = containerfile(text);
    expect(bodies({ ...containerfile(text) })[1]).toEqual(['RUN', 'one   && two && three']);
    expect(instructions[2]).toMatchObject({ name: 'USER', line: 7 });
  });

  it('does not continue a line that ends with an escaped escape, nor a file that ends with one', () => {
    expect(bodies(containerfile('FROM a\nRUN echo \\\\\nUSER x'))).toEqual([
      ['FROM', 'a'],
      ['RUN', 'echo \\\\'],
      ['USER', 'x'],
    ]);
    expect(bodies(containerfile('FROM a\nRUN b \\'))[1]).toEqual(['RUN', 'b']);
  });

  it('honours the escape directive, a byte order mark and carriage returns', () => {
    const definition = containerfile('\ufeff# escape=`\r\nFROM a\r\nRUN dir C:\\ `\r\n  /s\r\n');
    expect(bodies(definition)[1]).toEqual(['RUN', 'dir C:\\   /s']);
    expect(definition.directives).toEqual(new Map([['escape', '`']]));
  });

  it('reads directives only at the top', () => {
    expect(containerfile('# syntax=docker/dockerfile:1\n# note\n# escape=`\nFROM a').directives).toEqual(
      new Map([['syntax', 'docker/dockerfile:1']]),
    );
  });

  it('reads flags before the arguments', () => {
    const { instructions } = containerfile('FROM --platform=$BUILDPLATFORM a\nCOPY --from=0 --link ["a b", "/c"]\n');
    expect(instructions[0]!.flags).toEqual([{ name: 'platform', value: '$BUILDPLATFORM' }]);
    expect(instructions[1]).toMatchObject({
      flags: [
        { name: 'from', value: '0' },
        { name: 'link', value: undefined },
      ],
      body: { form: 'exec', items: ['a b', '/c'] },
    });
  });

  it('takes what only looks like an array as text', () => {
    expect(bodies(containerfile('FROM a\nRUN [ -f x ] && y\nCMD [1]'))).toEqual([
      ['FROM', 'a'],
      ['RUN', '[ -f x ] && y'],
      ['CMD', '[1]'],
    ]);
  });

  it('reads heredocs: several, quoted, with tabs removed, holding comments and instructions', () => {
    const text = ['FROM a', 'COPY <<one <<-"two" /dest/', '# kept', 'FROM b', 'one', '\t\tindented', '\ttwo', 'RUN <<EOF', 'x \\', 'EOF', 'USER x'].join('\n');
    const { instructions } = containerfile(text);
    expect(instructions[1]!.heredocs).toEqual([
      { word: 'one', content: '# kept\nFROM b\n', expand: true },
      { word: 'two', content: 'indented\n', expand: false },
    ]);
    expect(instructions[2]!.heredocs).toEqual([{ word: 'EOF', content: 'x \\\n', expand: true }]);
    expect(instructions[3]).toMatchObject({ name: 'USER', line: 11 });
  });

  it('reads a heredoc that belongs to a command, or to an instruction for later', () => {
    expect(containerfile('FROM a\nRUN python3 - <<EOF > /log\nprint(1)\nEOF\n').instructions[1]!.heredocs[0]!.content).toBe('print(1)\n');
    expect(containerfile('FROM a\nONBUILD RUN <<EOF\nx\nEOF\n').instructions[1]!.heredocs).toHaveLength(1);
  });

  it('does not take a shift or a here-string for a heredoc', () => {
    expect(containerfile('FROM a\nRUN cat <<<word\nRUN echo "<<EOF"\nRUN echo $((1 << 2))\nENV A=<<EOF').instructions).toHaveLength(5);
  });

  it('numbers and names stages', () => {
    expect(containerfile('ARG V=1\nFROM go:$V AS build\nRUN x\nFROM scratch\nCOPY --from=build /a /a').stages).toEqual([
      { index: 0, name: 'build', base: 'go:$V', line: 2 },
      { index: 1, name: undefined, base: 'scratch', line: 4 },
    ]);
  });
});

describe('a Govcfile', () => {
  const text = [
    '@name=web',
    '@version = 1.2',
    'BASE node:20-slim AS build',
    'WORKDIR /app',
    'RUN npm ci \\',
    '    && npm run build',
    'BASE node:20-slim',
    'COPY --from=build /app/dist ./dist',
    'EXPOSE 8080',
    'CMD ["node", "dist/main.js"]',
    '',
  ].join('\n');

  it('begins stages with BASE and tells about itself', () => {
    const definition = parseDefinition(text, 'govcfile');
    expect(definition.metadata).toEqual(
      new Map([
        ['name', 'web'],
        ['version', '1.2'],
      ]),
    );
    expect(definition.stages.map((stage) => stage.base)).toEqual(['node:20-slim', 'node:20-slim']);
  });

  it('becomes a Containerfile', () => {
    expect(serializeContainerfile(parseDefinition(text, 'govcfile'))).toBe(
      [
        '# @name=web',
        '# @version=1.2',
        'FROM node:20-slim AS build',
        'WORKDIR /app',
        'RUN npm ci     && npm run build',
        'FROM node:20-slim',
        'COPY --from=build /app/dist ./dist',
        'EXPOSE 8080',
        'CMD ["node","dist/main.js"]',
        '',
      ].join('\n'),
    );
  });

  it('has no FROM, as a Containerfile has neither BASE nor metadata', () => {
    expect(problemOf('FROM a', 'govcfile')).toEqual({ code: 'instruction-unknown', line: 1 });
    expect(problemOf('BASE a')).toEqual({ code: 'instruction-unknown', line: 1 });
    expect(problemOf('@a=b\nFROM a')).toEqual({ code: 'instruction-unknown', line: 1 });
    expect(problemOf('BASE a\n@novalue', 'govcfile')).toEqual({ code: 'instruction-invalid', line: 2 });
  });
});

describe('errors name the line', () => {
  it.each([
    ['', 'instruction-misplaced', 1],
    ['ARG A', 'instruction-misplaced', 1],
    ['ARG A\nRUN x\nFROM a', 'instruction-misplaced', 2],
    ['FROM a\n\nFLY away', 'instruction-unknown', 3],
    ['FROM a\nRUN x \\\n y\nWORKDIR', 'instruction-invalid', 4],
    ['FROM a b', 'instruction-invalid', 1],
    ['FROM a AS 1x', 'instruction-invalid', 1],
    ['FROM ["a"]', 'instruction-invalid', 1],
    ['FROM a\nENV A', 'instruction-invalid', 2],
    ['FROM a\nLABEL a b', 'instruction-invalid', 2],
    ['FROM a\nARG 1A', 'instruction-invalid', 2],
    ['FROM a\nEXPOSE 65536', 'instruction-invalid', 2],
    ['FROM a\nEXPOSE 20-10', 'instruction-invalid', 2],
    ['FROM a\nCOPY one', 'instruction-invalid', 2],
    ['FROM a\nSHELL /bin/sh', 'instruction-invalid', 2],
    ['FROM a\nUSER a b', 'instruction-invalid', 2],
    ['FROM a\nHEALTHCHECK NONE x', 'instruction-invalid', 2],
    ['FROM a\nHEALTHCHECK curl', 'instruction-invalid', 2],
    ['FROM a\nONBUILD FROM b', 'instruction-invalid', 2],
    ['FROM a\nONBUILD FLY', 'instruction-invalid', 2],
    ['FROM a\nRUN []', 'instruction-invalid', 2],
    ['FROM a\nRUN <<EOF\nx', 'heredoc-unterminated', 2],
  ])('%j', (text, code, line) => {
    expect(problemOf(text)).toEqual({ code, line });
  });

  it.each(['ENV A=1 B="x y"', 'ENV A the rest', 'EXPOSE 80 8000-8010/udp $PORT', 'CMD []', 'HEALTHCHECK --interval=5s CMD curl x', 'ONBUILD COPY . /a', 'LABEL "a b"=c', 'MAINTAINER me'])(
    'accepts %s',
    (line) => {
      expect(problemOf(`FROM a\n${line}`)).toBeUndefined();
    },
  );

  it('refuses a definition beyond the bound and reads one at it', () => {
    const head = 'FROM a\n';
    expect(problemOf(head + '#'.repeat(DEFINITION_LENGTH_MAX - head.length))).toBeUndefined();
    expect(problemOf(head + '#'.repeat(DEFINITION_LENGTH_MAX - head.length + 1))).toEqual({ code: 'definition-too-large', line: undefined });
  });

  it('reads hostile definitions at the bound in linear time', () => {
    const fill = (part: string): string => part.repeat(Math.floor((DEFINITION_LENGTH_MAX - 20) / part.length));
    for (const text of [`# syntax=${fill(' ')}\u2028`, `FROM a\nRUN ${fill('--a ')}`, `FROM ${fill('\t ')}x y`, fill('FROM a\n'), `FROM a\nRUN x${fill('\\\n')}`]) {
      problemOf(text.slice(0, DEFINITION_LENGTH_MAX));
    }
  });
});

describe('serializeContainerfile', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_./:$-]{1,8}$/).filter((text) => !text.startsWith('-'));
  const line = fc.oneof(
    word.map((text) => `RUN ${text} \\\n  ${text}`),
    fc.array(fc.string(), { minLength: 1 }).map((items) => `CMD ${JSON.stringify(items)}`),
    fc.tuple(word, fc.array(word)).map(([text, lines]) => `COPY <<-STOP /x\n${[...lines, text].map((l) => `\t${l}\n`).join('')}STOP`),
    word.map((text) => `FROM --platform=${text} ${text}`),
    word.map((text) => `ENV A="${text} b" C=${text}`),
  );

  it('writes what reads back as the same instructions and stages', () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const definition = parseDefinition(['BASE a', ...lines.map((text) => text.replace(/^FROM/, 'BASE'))].join('\n'), 'govcfile');
        expect(withoutLines(containerfile(serializeContainerfile(definition)))).toBe(withoutLines(definition));
      }),
    );
  });

  it.each(['\\', '\\\n', 'FROM a\n\\'])('refuses %j, a continuation that leads to nothing', (text) => {
    expect(() => parseDefinition(text, 'containerfile')).toThrow(expect.objectContaining({ code: 'instruction-invalid' }));
  });

  it('throws nothing but its own errors, whatever the text', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom('FROM a', 'RUN <<E', 'E', '\\', '\n', '"', "'", '[', '--x', '# escape=`', '@a=b', 'ONBUILD '));
    fc.assert(
      fc.property(fc.array(part), fc.constantFrom('containerfile' as const, 'govcfile' as const), (parts, dialect) => {
        try {
          serializeContainerfile(parseDefinition(parts.join(''), dialect));
        } catch (error) {
          expect(error).toBeInstanceOf(ContainersError);
        }
      }),
    );
  });
});

describe('imagesOf', () => {
  it('names bases and sources that are no earlier stage, each once', () => {
    const text = 'FROM go AS Build\nFROM build\nFROM scratch\nCOPY --from=0 a b\nCOPY --from=nginx a b\nCOPY --from=9 a b\nRUN --mount=type=bind,from=tools,target=/t x\nCOPY --from=nginx c d';
    expect(imagesOf(containerfile(text))).toEqual(['go', 'nginx', '9', 'tools']);
  });
});

describe('dialectOfPath', () => {
  it.each([
    ['Govcfile', 'govcfile'],
    ['deploy/web.govcfile', 'govcfile'],
    ['Dockerfile', 'containerfile'],
    ['a/Dockerfile.dev', 'containerfile'],
    ['Containerfile', 'containerfile'],
    ['app.Dockerfile', 'containerfile'],
    ['README.md', undefined],
    ['govcfile/readme', undefined],
  ])('%s', (path, dialect) => {
    expect(dialectOfPath(path)).toBe(dialect);
  });
});

describe('splitWords', () => {
  it('keeps quoted and escaped spaces inside words', () => {
    expect(splitWords(` a "b c" 'd "e' f\\ g  "h\\" i" `, '\\')).toEqual(['a', '"b c"', `'d "e'`, 'f\\ g', '"h\\" i"']);
    expect(splitWords('a` b c\\ d', '`')).toEqual(['a` b', 'c\\', 'd']);
    expect(splitWords('', '\\')).toEqual([]);
    expect(findWordEnd('"open', 0, '\\')).toBe(5);
  });
});
