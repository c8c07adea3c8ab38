/** What the shells run to complete command lines of `govc`. They know nothing themselves and ask the program. */

/** For bash 3.2 and later. Bash also parts words at `=` and `:`, which is undone here. */
const BASH = `# Completion of govc in bash: eval "$(govc completion bash)"
_govc() {
  local rest=$COMP_LINE index word current prefix value about fallback=
  local -a words
  words=()
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ $index -gt 0 && -n $rest && $rest != [[:space:]]* ]]; then
      words[\${#words[@]}-1]+=$word
    else
      rest=\${rest#"\${rest%%[![:space:]]*}"}
      words+=("$word")
    fi
    rest=\${rest#"$word"}
  done
  current=\${words[\${#words[@]}-1]}
  word=\${COMP_WORDS[COMP_CWORD]}
  case $word in =|:) word= ;; esac
  prefix=\${current%"$word"}
  COMPREPLY=()
  while IFS=$'\\t' read -r value about; do
    case $value in
      :files|:directories) fallback=\${value#:} ;;
      :nospace) compopt -o nospace 2>/dev/null ;;
      *) COMPREPLY+=("\${value#"$prefix"}") ;;
    esac
  done < <("\${COMP_WORDS[0]}" completion words -- "\${words[@]:1}" 2>/dev/null)
  if [[ -n $fallback ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r value; do COMPREPLY+=("$value"); done < <(
      if [[ $fallback == files ]]; then compgen -f -- "$word"; else compgen -d -- "$word"; fi
    )
  fi
}
complete -F _govc govc
`;

const ZSH = `#compdef govc
# Completion of govc in zsh: eval "$(govc completion zsh)", or a file _govc in the fpath.
_govc() {
  local line value about fallback=
  local -a described
  for line in "\${(@f)$("\${words[1]}" completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    value=\${line%%$'\\t'*}
    about=
    [[ $line == *$'\\t'* ]] && about=\${line#*$'\\t'}
    case $value in
      '') ;;
      :files|:directories) fallback=\${value#:} ;;
      :nospace) ;;
      *) described+=("\${value//:/\\\\:}\${about:+:$about}") ;;
    esac
  done
  (( \${#described} )) && _describe -V govc described
  case $fallback in
    files) _files ;;
    directories) _files -/ ;;
  esac
}
if [[ \${funcstack[1]} == _govc ]]; then _govc "$@"; else compdef _govc govc; fi
`;

const FISH = `# Completion of govc in fish: govc completion fish | source
function __govc_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    for line in ($before[1] completion words -- $before[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':directories'
                __fish_complete_directories "$current"
            case ':nospace'
            case '*'
                echo $line
        end
    end
end
complete -c govc -f -a '(__govc_complete)'
`;

/** By shell. */
export const COMPLETION_SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;
