# What the scripts in this folder share: saying things, installing Debian packages, building. To be sourced by bash.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null # nothing here asks questions

say() { printf '\n== %s\n' "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# The packages that the given lists in packaging/packages/ name.
packages_of() {
    local list
    for list in "$@"; do
        sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "packaging/packages/$list.txt"
    done
}

# Installs what is missing of the given lists; apt is not touched when nothing is, so that a second run works offline.
need_packages() {
    command -v dpkg-query >/dev/null || fail "this script installs Debian packages, and this is no Debian; see packaging/packages/"
    local wanted missing=() package
    mapfile -t wanted < <(packages_of "$@")
    for package in "${wanted[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        say "all ${#wanted[@]} packages that this needs are installed"
        return
    fi
    say "installing ${#missing[@]} of the ${#wanted[@]} Debian packages that this needs:"
    printf '   %s\n' "${missing[@]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "installing needs root: run this as root, install sudo, or run as root: apt-get install ${missing[*]}"
    fi
}

# A preset that CMakePresets.json lists.
check_preset() {
    cmake --list-presets=configure | grep -q "^ *\"$1\"" || fail "unknown preset '$1'; $(cmake --list-presets=configure)"
}
