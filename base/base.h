#pragma once
// The floor: everything that is neither TypeScript nor a cloud. The one public header of base/.

#include "base/arena.h"
#include "base/bug.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/excerpt.h"
#include "base/host.h"
#include "base/intern.h"
#include "base/map.h"
#include "base/path.h"
#include "base/source.h"
#include "base/str.h"
#include "base/vec.h"
