#pragma once
// Proof of possession (RFC 9449) of the key that `aws login` made. Private to creds/.

#include "base/base.h"

// The DPoP header of a POST to `url`, signed with a P-256 key in PEM. `id` tells it from others.
// False where the key is none.
bool dpop_proof(Arena *a, Str pem, Str url, int64_t now, Str id, Str *out);
Str base64url(Arena *a, const unsigned char *bytes, size_t n);
