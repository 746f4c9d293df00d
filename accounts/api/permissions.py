from rest_framework.permissions import BasePermission

from accounts import access


class TablePermission(BasePermission):
    """Each view says which action of the permission table each of its operations needs:

        class WorkerViewSet(ReadOnlyModelViewSet):
            table_actions = {"list": "registry.worker.view", "retrieve": "registry.worker.view"}

    An operation that says nothing is refused. A plain APIView uses the method's name in lower case.
    """

    def _action(self, request, view) -> str | None:
        operation = getattr(view, "action", None) or request.method.lower()
        return getattr(view, "table_actions", {}).get(operation)

    def has_permission(self, request, view) -> bool:
        if request.method == "OPTIONS":
            return True
        action = self._action(request, view)
        return action is not None and access.permits(request.user, action)

    def has_object_permission(self, request, view, obj) -> bool:
        return access.permits(request.user, self._action(request, view), obj)
