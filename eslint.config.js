import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Folders of the core that may await (ARCHITECTURE.md, "The core never awaits"); everywhere else work is synchronous. */
const awaiting = [
  'packages/core/src/{storage,worktree,remote,repository,testing}/**/*.ts',
  'packages/core/src/job/run.ts',
  'packages/core/src/protocol/drive.ts',
];

const shape = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
  { selector: 'TSModuleDeclaration[kind!="global"]', message: 'Use modules, not namespaces.' },
  { selector: 'TSImportEqualsDeclaration', message: 'Use import.' },
];

const reExports = [
  { selector: 'ExportAllDeclaration', message: 'Re-exports exist only in entry points.' },
  { selector: 'ExportNamedDeclaration[source]', message: 'Re-exports exist only in entry points.' },
];

const asynchrony = [
  { selector: ':function[async=true]', message: 'The core never awaits: return a value, a job or a conversation.' },
  { selector: 'AwaitExpression', message: 'The core never awaits: return a value, a job or a conversation.' },
  { selector: 'ForOfStatement[await=true]', message: 'The core never awaits: return a value, a job or a conversation.' },
  {
    selector: 'TSTypeReference[typeName.name="Promise"]',
    message: 'The core never awaits: return a value, a job or a conversation.',
  },
];

const entries = ['packages/core/src/entry/*.ts', '{packages,apps}/*/src/index.ts'];
const tests = ['**/*.test.ts', '**/test/**/*.ts'];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/coverage/**',
      '**/node_modules/**',
      '**/.turbo/**',
      '**/*.cjs',
      '**/*.mjs',
      'eslint.config.js',
    ],
  },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'max-params': 'off',
      'no-restricted-syntax': ['error', ...shape, ...reExports],
      'prefer-const': 'error',
      // A while (true) with a return inside is how a decoder reads.
      'no-constant-condition': ['error', { checkLoops: false }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Indexed access into typed arrays inside proven bounds; the compiler cannot see the proof.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A generator that yields nothing on some path is still a job.
      'require-yield': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['packages/core/src/**/*.ts'],
    ignores: [...awaiting, ...tests],
    rules: { 'no-restricted-syntax': ['error', ...shape, ...reExports, ...asynchrony] },
  },
  { files: entries, rules: { 'no-restricted-syntax': ['error', ...shape] } },
  {
    // winston declares its transports as interfaces with a constructor, not as classes.
    files: ['packages/logging/src/sink.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  {
    files: tests,
    rules: {
      '@typescript-eslint/max-params': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
);
