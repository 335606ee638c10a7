#pragma once

/// What every answer carries beside its own headers.

#include "api/http_message.h"

namespace ri::api {

/// \param secure  browsers reach the server over https
void SetSecurityHeaders(Response& response, bool secure);

/// Request id, caching, validator and compression. Turns an answer the client has already into 304.
void FinishResponse(const Request& request, Response& response);

}  // namespace ri::api
