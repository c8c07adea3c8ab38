/**
 * Git's drivers for languages (gitattributes(5), "Defining a custom hunk-header"): how functions begin, and
 * what a word is. The expressions are those of Git 2.39, written in parts: they decide what is shown.
 */
import { compileTextPattern, type TextPattern } from '../pattern/text-pattern.js';
import { compileFunctionPattern, type FunctionPattern } from './function-pattern.js';

/** A driver as it is written. */
export interface DriverSource {
  /** Expressions of {@link compileFunctionPattern}, one a line. */
  readonly functions: string;
  /** An extended expression for a word. */
  readonly words: string;
  readonly ignoreCase?: true;
}

/** The driver of a name, or undefined when Git has none such. */
export function findBuiltInDriver(name: string): DriverSource | undefined {
  return BUILT_IN.get(name);
}

/** The names of all built-in drivers, in order. */
export function builtInDriverNames(): string[] {
  return [...BUILT_IN.keys()];
}

/** The rule for functions of a driver; compiles at each call. */
export function driverFunctionPattern(driver: DriverSource): FunctionPattern {
  return compileFunctionPattern(driver.functions, { ignoreCase: driver.ignoreCase });
}

/** The expression for words of a driver; compiles at each call. What no other word takes is a word for each character. */
export function driverWordPattern(driver: DriverSource): TextPattern {
  return compileTextPattern(`${driver.words}|[^[:space:]]`, { syntax: 'extended' });
}

const S = '[ \t]';
const NAME = '[a-zA-Z_][a-zA-Z0-9_]*';
const NAME_CI = '[a-zA-Z][a-zA-Z0-9_]*';
/** Operators that C and its descendants share. */
const C_ASSIGN = '[-+*/<>%&^|=!]=';
const C_OPERATORS = `${C_ASSIGN}|--|\\+\\+|<<=?|>>=?|&&|\\|\\|`;
const C_NUMBERS = '[-+0-9.e]+[fFlL]?|0[xXbB]?[0-9a-fA-F]+[lL]?';

/** Expressions of one rule. */
const lines = (...parts: readonly string[]): string => parts.join('\n');
/** The alternatives of one expression. */
const either = (...parts: readonly string[]): string => parts.join('|');

const CSHARP_MODIFIERS = 'static|public|internal|private|protected|new';

const BUILT_IN: ReadonlyMap<string, DriverSource> = new Map<string, DriverSource>([
  ['ada', {
    ignoreCase: true,
    functions: lines(
      `!^(.*${S})?(is${S}+new|renames|is${S}+separate)(${S}.*)?$`,
      `!^${S}*with${S}.*$`,
      `^${S}*((procedure|function)${S}+.*)$`,
      `^${S}*((package|protected|task)${S}+.*)$`,
    ),
    words: either(NAME_CI, '[-+]?[0-9][0-9#_.aAbBcCdDeEfF]*([eE][+-]?[0-9_]+)?', '=>', '\\.\\.', '\\*\\*', ':=', '/=', '>=', '<=', '<<', '>>', '<>'),
  }],
  ['bash', {
    functions: `^${S}*((${NAME}${S}*\\(${S}*\\))|(function${S}+${NAME}((${S}*\\(${S}*\\))|(${S}+)))${S}*(\\{|\\(\\(?|\\[\\[))`,
    words: '[^ \t]+',
  }],
  ['bibtex', {
    functions: `(@[a-zA-Z]{1,}${S}*\\{{0,1}${S}*[^ \t"@',\\#}{~%]*).*$`,
    words: '[={}"]|[^={}" \t]+',
  }],
  ['cpp', {
    functions: lines(
      `!^${S}*[A-Za-z_][A-Za-z_0-9]*:[[:space:]]*($|/[/*])`,
      '^((::[[:space:]]*)?[A-Za-z_].*)$',
    ),
    words: either(
      NAME,
      '[0-9][0-9.]*([Ee][-+]?[0-9]+)?[fFlLuU]*',
      '0[xXbB][0-9a-fA-F]+[lLuU]*',
      '\\.[0-9][0-9]*([Ee][-+]?[0-9]+)?[fFlL]?',
      C_OPERATORS, '::', '->\\*?', '\\.\\*', '<=>',
    ),
  }],
  ['csharp', {
    functions: lines(
      `!^${S}*(do|while|for|if|else|instanceof|new|return|switch|case|throw|catch|using)`,
      `^${S}*(((${CSHARP_MODIFIERS}|virtual|sealed|override|unsafe|async)${S}+)*[][<>@.~_[:alnum:]]+${S}+[<>@._[:alnum:]]+${S}*\\(.*\\))${S}*$`,
      `^${S}*(((${CSHARP_MODIFIERS}|virtual|sealed|override|unsafe)${S}+)*[][<>@.~_[:alnum:]]+${S}+[@._[:alnum:]]+)${S}*$`,
      `^${S}*(((${CSHARP_MODIFIERS}|unsafe|sealed|abstract|partial)${S}+)*(class|enum|interface|struct|record)${S}+.*)$`,
      `^${S}*(namespace${S}+.*)$`,
    ),
    words: either(NAME, C_NUMBERS, C_OPERATORS, '::', '->'),
  }],
  ['css', {
    ignoreCase: true,
    functions: lines('![:;][[:space:]]*$', '^[:[@.#]?[_a-z0-9].*$'),
    words: '-?[_a-zA-Z][-_a-zA-Z0-9]*|-?[0-9]+|\\#[0-9a-fA-F]+',
  }],
  ['dts', {
    functions: lines('!;', '!=', `^${S}*((/${S}*\\{|&?[a-zA-Z_]).*)`),
    words: '[a-zA-Z0-9,._+?#-]+|[-+*/%&^|!~]|>>|<<|&&|\\|\\|',
  }],
  ['elixir', {
    functions: `^${S}*((def(macro|module|impl|protocol|p)?|test)${S}.*)$`,
    words: either(
      '[@:]?[a-zA-Z0-9@_?!]+', '[-+]?0[xob][0-9a-fA-F]+', '[-+]?[0-9][0-9_.]*([eE][-+]?[0-9_]+)?',
      ':?(\\+\\+|--|\\.\\.|~~~|<>|\\^\\^\\^|<?\\|>|<<<?|>?>>|<<?~|~>?>|<~>|<=|>=|===?|!==?|=~|&&&?|\\|\\|\\|?|=>|<-|\\\\\\\\|->)',
      ':?%[A-Za-z0-9_.]\\{\\}?',
    ),
  }],
  ['fortran', {
    ignoreCase: true,
    functions: lines(
      `!^([C*]|${S}*!)`,
      `!^${S}*MODULE${S}+PROCEDURE${S}`,
      `^${S}*((END${S}+)?(PROGRAM|MODULE|BLOCK${S}+DATA|([^!'" \t]+${S}+)*(SUBROUTINE|FUNCTION))${S}+[A-Z].*)$`,
    ),
    words: either(
      NAME_CI,
      '\\.([Ee][Qq]|[Nn][Ee]|[Gg][TtEe]|[Ll][TtEe]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Aa][Nn][Dd]|[Oo][Rr]|[Nn]?[Ee][Qq][Vv]|[Nn][Oo][Tt])\\.',
      '[-+]?[0-9.]+([AaIiDdEeFfLlTtXx][Ss]?[-+]?[0-9.]*)?(_[a-zA-Z0-9][a-zA-Z0-9_]*)?',
      '//', '\\*\\*', '::', '[/<>=]=',
    ),
  }],
  ['fountain', {
    ignoreCase: true,
    functions: '^((\\.[^.]|(int|ext|est|int\\.?/ext|i/e)[. ]).*)$',
    words: '[^ \t-]+',
  }],
  ['golang', {
    functions: lines(
      `^${S}*(func${S}*.*(\\{${S}*)?)`,
      `^${S}*(type${S}.*(struct|interface)${S}*(\\{${S}*)?)`,
    ),
    words: either(
      NAME, '[-+0-9.eE]+i?|0[xX]?[0-9a-fA-F]+i?',
      '[-+*/<>%&^|=!:]=', '--', '\\+\\+', '<<=?', '>>=?', '&\\^=?', '&&', '\\|\\|', '<-', '\\.{3}',
    ),
  }],
  ['html', {
    functions: `^${S}*(<[Hh][1-6](${S}.*)?>.*)$`,
    words: '[^<>= \t]+',
  }],
  ['java', {
    functions: lines(
      `!^${S}*(catch|do|for|if|instanceof|new|return|switch|throw|while)`,
      `^${S}*(([a-z]+${S}+)*(class|enum|interface)${S}+[A-Za-z][A-Za-z0-9_$]*${S}+.*)$`,
      `^${S}*(([A-Za-z_<>&][][?&<>.,A-Za-z_0-9]*${S}+)+[A-Za-z_][A-Za-z_0-9]*${S}*\\([^;]*)$`,
    ),
    words: either(NAME, C_NUMBERS, C_ASSIGN, '--', '\\+\\+', '<<=?', '>>>?=?', '&&', '\\|\\|'),
  }],
  ['kotlin', {
    functions: `^${S}*(([a-z]+${S}+)*(fun|class|interface)${S}+.*)$`,
    words: either(
      NAME, '0[xXbB][0-9a-fA-F_]+[lLuU]*', '[0-9][0-9_]*([.][0-9_]*)?([Ee][-+]?[0-9]+)?[fFlLuU]*',
      '[.][0-9][0-9_]*([Ee][-+]?[0-9]+)?[fFlLuU]?',
      '[-+*/<>%&^|=!]==?', '--', '\\+\\+', '<<=', '>>=', '&&', '\\|\\|', '->', '\\.\\*', '!!', '[?:.][.:]',
    ),
  }],
  ['markdown', {
    functions: `^ {0,3}#{1,6}${S}.*`,
    words: '[^<>= \t]+',
  }],
  ['matlab', {
    functions: '^[[:space:]]*((classdef|function)[[:space:]].*)$|^(%%%?|##)[[:space:]].*$',
    words: either(NAME, '[-+0-9.e]+', '[=~<>]=', '\\.[*/\\^\']', '\\|\\|', '&&'),
  }],
  ['objc', {
    functions: lines(
      `!^${S}*(do|for|if|else|return|switch|while)`,
      `^${S}*([-+]${S}*\\(${S}*[A-Za-z_][A-Za-z_0-9* \t]*\\)${S}*[A-Za-z_].*)$`,
      `^${S}*(([A-Za-z_][A-Za-z_0-9]*${S}+)+[A-Za-z_][A-Za-z_0-9]*${S}*\\([^;]*)$`,
      `^(@(implementation|interface|protocol)${S}.*)$`,
    ),
    words: either(NAME, C_NUMBERS, C_OPERATORS, '::', '->'),
  }],
  ['pascal', {
    functions: lines(
      `^(((class${S}+)?(procedure|function)|constructor|destructor|interface|implementation|initialization|finalization)${S}*.*)$`,
      `^(.*=${S}*(class|record).*)$`,
    ),
    words: either(NAME, '[-+0-9.e]+', '0[xXbB]?[0-9a-fA-F]+', '<>', '<=', '>=', ':=', '\\.\\.'),
  }],
  ['perl', {
    functions: lines(
      '^package .*',
      `^sub [[:alnum:]_':]+${S}*(\\([^)]*\\)${S}*)?(:[^;#]*)?(\\{${S}*)?(#.*)?$`,
      `^(BEGIN|END|INIT|CHECK|UNITCHECK|AUTOLOAD|DESTROY)${S}*(\\{${S}*)?(#.*)?$`,
      '^=head[0-9] .*',
    ),
    words: either(
      '[[:alpha:]_\'][[:alnum:]_\']*', '0[xb]?[0-9a-fA-F_]*', '[0-9a-fA-F_]+(\\.[0-9a-fA-F_]+)?([eE][-+]?[0-9_]+)?',
      '=>', '-[rwxoRWXOezsfdlpSugkbctTBMAC>]', '~~', '::', '&&=', '\\|\\|=', '//=', '\\*\\*=',
      '&&', '\\|\\|', '//', '\\+\\+', '--', '\\*\\*', '\\.\\.\\.?', '[-+*/%.^&<>=!|]=', '=~', '!~', '<<', '<>', '<=>', '>>',
    ),
  }],
  ['php', {
    functions: lines(
      '^[\t ]*(((public|protected|private|static|abstract|final)[\t ]+)*function.*)$',
      '^[\t ]*((((final|abstract)[\t ]+)?class|enum|interface|trait).*)$',
    ),
    words: either(
      NAME, '[-+0-9.e]+', '0[xXbB]?[0-9a-fA-F]+',
      '[-+*/<>%&^|=!.]=', '--', '\\+\\+', '<<=?', '>>=?', '===', '&&', '\\|\\|', '::', '->',
    ),
  }],
  ['python', {
    functions: `^${S}*((class|(async${S}+)?def)${S}.*)$`,
    words: either(NAME, '[-+0-9.e]+[jJlL]?', '0[xX]?[0-9a-fA-F]+[lL]?', C_ASSIGN, '//=?', '<<=?', '>>=?', '\\*\\*=?'),
  }],
  ['ruby', {
    functions: `^${S}*((class|module|def)${S}.*)$`,
    words: either(
      `(@|@@|\\$)?${NAME}`, '[-+0-9.e]+', '0[xXbB]?[0-9a-fA-F]+', '\\?(\\\\C-)?(\\\\M-)?.',
      '//=?', C_ASSIGN, '<<=?', '>>=?', '===', '\\.{1,3}', '::', '[!=]~',
    ),
  }],
  ['rust', {
    functions: '^[\t ]*((pub(\\([^\\)]+\\))?[\t ]+)?((async|const|unsafe|extern([\t ]+"[^"]+"))[\t ]+)?(struct|enum|union|mod|trait|fn|impl|macro_rules!)[< \t]+[^;]*)$',
    words: either(
      NAME, '[0-9][0-9_a-fA-Fiosuxz]*(\\.([0-9]*[eE][+-]?)?[0-9_fF]*)?',
      '[-+*\\/<>%&^|=!:]=', '<<=?', '>>=?', '&&', '\\|\\|', '->', '=>', '\\.{2}=', '\\.{3}', '::',
    ),
  }],
  ['scheme', {
    functions: '^[\t ]*(\\(((define|def(struct|syntax|class|method|rules|record|proto|alias)?)[-*/ \t]|(library|module|struct|class)[*+ \t]).*)$',
    words: '\\|([^\\\\]*)\\||([^][)(}{[ \t])+',
  }],
  ['tex', {
    functions: '^(\\\\((sub)*section|chapter|part)\\*{0,1}\\{.*)$',
    words: '\\\\[a-zA-Z@]+|\\\\.|[a-zA-Z0-9\u{80}-\u{10ffff}]+',
  }],
]);
