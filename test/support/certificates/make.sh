#!/bin/sh
# Makes the certificates of this folder anew: sh make.sh (needs openssl). Valid for a hundred years, but for expired.pem.
set -e
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
cat > "$scratch/ca.conf" <<CONF
[ca]
default_ca = test
[test]
new_certs_dir = $scratch
database = $scratch/index
serial = $scratch/serial
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
CONF
touch "$scratch/index"
echo 01 > "$scratch/serial"
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
key "$scratch/ca.key"
openssl req -x509 -key "$scratch/ca.key" -days 36500 -subj '/CN=Test CA' -out ca.pem
issue() { # NAME SUBJECT-ALTERNATIVE-NAMES START END
  key "$scratch/key"
  openssl req -new -key "$scratch/key" -subj "/CN=$1" -addext "subjectAltName=$2" -out "$scratch/csr"
  openssl ca -batch -notext -config "$scratch/ca.conf" -cert ca.pem -keyfile "$scratch/ca.key" \
    -in "$scratch/csr" -out "$scratch/crt" -startdate "$3" -enddate "$4"
  cat "$scratch/key" "$scratch/crt" > "$1.pem"
}
issue server 'DNS:localhost,DNS:gateway.test,DNS:cdn.test,IP:127.0.0.1' 20250101000000Z 21240101000000Z
issue expired 'DNS:localhost,IP:127.0.0.1' 20200101000000Z 20210101000000Z
issue elsewhere 'DNS:elsewhere.test' 20250101000000Z 21240101000000Z
