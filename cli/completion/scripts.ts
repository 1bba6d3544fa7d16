/** Shells that completion is made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of SHELLS. */
export type Shell = (typeof SHELLS)[number];

/**
 * Each asks `rosctl completion words` what may follow, and believes no word that a shell could read as more than one
 * word: whoever names a device must not get anything run. `:files` and `:folders` stand for what the shell itself
 * finds.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: String.raw`# bash completion for rosctl. Use: source <(rosctl completion bash)
_rosctl() {
  local word="${'${COMP_WORDS[COMP_CWORD]}'}" kind="" line
  [[ $word == "=" ]] && word=""
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :files) kind=-f ;;
      :folders) kind=-d ;;
      *[!A-Za-z0-9._:@%+=-]* | "") ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <(rosctl completion words -- "${'${COMP_WORDS[@]:1:COMP_CWORD}'}" 2>/dev/null)
  [[ -n $kind ]] || return 0
  compopt -o filenames 2>/dev/null
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$kind" -- "$word")
}
complete -F _rosctl rosctl
`,
  zsh: String.raw`#compdef rosctl
# zsh completion for rosctl. Use, after compinit: source <(rosctl completion zsh)
_rosctl() {
  local line kind=""
  local -a found
  for line in "${'${(@f)$(rosctl completion words -- "${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}'}"; do
    case "$line" in
      :files) kind=files ;;
      :folders) kind=folders ;;
      *[^A-Za-z0-9._:@%+=-]* | "") ;;
      *) found+=("$line") ;;
    esac
  done
  (( $#found )) && compadd -a found
  case $kind in
    files) _files ;;
    folders) _files -/ ;;
  esac
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
compdef _rosctl rosctl
`,
  fish: String.raw`# fish completion for rosctl. Use: rosctl completion fish | source
function __rosctl_words
  set -l words (commandline -opc)
  set -l word (commandline -ct)
  for line in (rosctl completion words -- $words[2..-1] "$word" 2>/dev/null)
    switch $line
      case :files
        __fish_complete_path "$word"
      case :folders
        __fish_complete_directories "$word"
      case '*'
        string match -r '^[A-Za-z0-9._:@%+=-]+$' -- $line
    end
  end
end
complete -c rosctl -f -a '(__rosctl_words)'
`,
};
