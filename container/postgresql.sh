#!/bin/bash
# Takes PostgreSQL out of Debian's packages, for an architecture that need not be this machine's: nothing of it is run.
#
#   postgresql.sh ARCHITECTURE BASE OUT
#
# ARCHITECTURE is Debian's word (amd64, arm64). BASE is a folder with the /usr of the image that OUT is later laid over:
# libraries that are there are not brought again. Debian's package would pull in LLVM, perl, locales and translations; the
# manager needs two programs and their libraries. What is taken is entered in the package lists and comes with its licence.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

arch=$1 base=$2 out=$3
work=/tmp/postgresql
declare -A triplets=([amd64]=x86_64-linux-gnu [arm64]=aarch64-linux-gnu)
triplet=${triplets[$arch]:?"the architecture $arch is not known here"}

mkdir -p "$work"/{lists,archives/partial,packages} "$out"
: >"$work/nothing-installed"

# An apt that believes to be on an empty machine of that architecture: it finds and fetches all that belongs together.
apt() {
  apt-get --quiet --yes \
    -o APT::Architecture="$arch" -o APT::Architectures="$arch" -o APT::Install-Recommends=false \
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Debug::NoLocking=true \
    -o Dir::State::status="$work/nothing-installed" -o Dir::State::Lists="$work/lists" \
    -o Dir::Cache::Archives="$work/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= "$@"
}
apt update
apt install --download-only postgresql-17 libnss-wrapper ca-certificates tzdata

# What nothing of ours links to, and is large.
for package in "$work"/archives/*.deb; do
  name=$(dpkg-deb --field "$package" Package)
  case $name in
  libllvm* | libz3* | perl* | libperl* | locales | libc6 | libc-bin | libc-l10n) continue ;;
  esac
  dpkg-deb --extract "$package" "$work/packages/$name"
  dpkg-deb --field "$package" >"$work/packages/$name.control"
done

declare -A taken=()

# take PACKAGE PATH…: copies out of a package, and remembers that it did.
take() {
  local package=$1 path
  shift
  for path in "$@"; do
    (cd "$work/packages/$package" && cp --archive --parents "$path" "$out/")
  done
  taken[$package]=1
}

programs=usr/lib/postgresql/17/bin
modules=usr/lib/postgresql/17/lib
share=usr/share/postgresql/17
cd "$work/packages/postgresql-17"
take postgresql-17 $programs/{postgres,initdb}
# The server's own modules, and the two extensions that the job queue wants.
take postgresql-17 $modules/{plpgsql,dict_snowball,pgcrypto,hstore,euc2004_sjis2004}.so $modules/{cyrillic_and_mic,latin*,euc_*,utf8_*}.so
for path in "$share"/*; do
  case $path in
  */extension | */contrib | */man | */locale) ;;
  *) take postgresql-17 "$path" ;;
  esac
done
take postgresql-17 $share/extension/{plpgsql,pgcrypto,hstore}{.control,--*}
take libnss-wrapper usr/lib/$triplet/libnss_wrapper.so
if [ ! -e "$base/usr/share/zoneinfo/UTC" ]; then
  take tzdata usr/share/zoneinfo
fi

# Libraries, and the libraries of libraries. Debian keeps all of them in one folder, where the loader looks by itself.
library_of() {
  local candidate
  for candidate in "$work"/packages/*/usr/lib/"$triplet/$1"; do
    [ -e "$candidate" ] && echo "$candidate" && return
  done
  echo "postgresql.sh: no package has the library $1, which $2 needs" >&2
  return 1
}
mapfile -t open < <(find "$out/usr" -type f \( -name '*.so*' -o -path "*/$programs/*" \))
while [ ${#open[@]} -gt 0 ]; do
  file=${open[-1]}
  unset 'open[-1]'
  while read -r library; do
    if [ -e "$out/usr/lib/$triplet/$library" ] || [ -e "$base/usr/lib/$triplet/$library" ]; then
      continue
    fi
    found=$(library_of "$library" "$file")
    package=${found#"$work/packages/"}
    package=${package%%/*}
    mkdir -p "$out/usr/lib/$triplet"
    cp --dereference --preserve=mode,timestamps "$found" "$out/usr/lib/$triplet/$library"
    taken[$package]=1
    open+=("$out/usr/lib/$triplet/$library")
  done < <(readelf --dynamic "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p')
done

# The certificates that services are known by. From the package, never from this machine: that one may trust others.
mkdir -p "$out/etc/ssl/certs"
for certificate in "$work"/packages/ca-certificates/usr/share/ca-certificates/mozilla/*.crt; do
  cat "$certificate"
  echo
done >"$out/etc/ssl/certs/ca-certificates.crt"
taken[ca-certificates]=1

# So that scanners see what is in the image, and its licences are where Debian keeps them.
mkdir -p "$out/var/lib/dpkg/status.d"
for package in "${!taken[@]}"; do
  cp "$work/packages/$package.control" "$out/var/lib/dpkg/status.d/$package"
  documents=usr/share/doc/$package
  # Some packages of one source share a folder.
  if [ -L "$work/packages/$package/$documents" ]; then
    documents=usr/share/doc/$(basename "$(readlink "$work/packages/$package/$documents")")
  fi
  for origin in "$package" "$(basename "$documents")"; do
    licence=$work/packages/$origin/$documents/copyright
    [ -e "$licence" ] && break
  done
  mkdir -p "$out/usr/share/doc/$package"
  cp --dereference "$licence" "$out/usr/share/doc/$package/copyright"
done

rm -rf "$work"
