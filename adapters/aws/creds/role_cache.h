#pragma once
// Roles that were assumed with an MFA code, in the AWS CLI's own cache. Private to creds/.

#include "adapters/aws/creds/sts.h"

// The file, as the AWS CLI names it: of all that the profile says of its role.
Str role_cache_path(Search *s, const RoleCall *call);
// False where there are none that live for some minutes more.
bool role_cache_read(Search *s, const RoleCall *call, AwsCredentials *out);
bool role_cache_write(Search *s, const RoleCall *call, const AwsCredentials *keys, Err *err);
